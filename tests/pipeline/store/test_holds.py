"""What an operator holds up at a location: durable, with reason, who and until."""

from contextlib import AsyncExitStack
from pathlib import Path

from pipeline.holds import Hold, HoldKind
from pipeline.states import ShareState
from pipeline.store.acceptances import Accepted, Drained
from tests.pipeline.store.stores import (
    STORES,
    HandClock,
    Store,
    accepted,
    answer,
    delete,
    new_share,
    next_message,
    resize,
    taken,
)


async def paused(store: Store, location: str = "north", seconds: float | None = None) -> Hold:
    return await store.hold(location, HoldKind.PAUSE, reason="firmware", who="ada", seconds=seconds)


async def drained(store: Store, seconds: float | None = None) -> Hold:
    return await store.hold("north", HoldKind.DRAIN, reason="moves out", who="ada", seconds=seconds)


async def test_nothing_is_claimed_at_a_paused_location(store: Store) -> None:
    await accepted(store)
    await accepted(store, new_share(location="south"))
    message = await next_message(store)
    await paused(store)
    assert await store.claim(message, owner="one", lease=30.0) is None
    claim = await taken(store)
    assert claim.record.location == "south"
    assert await store.claim(None, owner="one", lease=30.0) is None


async def test_what_is_asked_for_at_a_paused_location_waits_and_is_claimed_when_it_is_lifted(store: Store) -> None:
    hold = await paused(store)
    await accepted(store)
    assert await store.claim(None, owner="one", lease=30.0) is None
    assert await store.lift("north") == hold
    assert (await taken(store)).record.name == "home"


async def test_a_claim_that_was_held_before_the_pause_ends_as_ever(store: Store) -> None:
    await accepted(store)
    claim = await taken(store)
    await paused(store)
    assert await store.renew(claim, lease=30.0) is not None
    assert await store.move(claim, ShareState.ACTIVE, confirmed_size=10) is not None


async def test_a_pause_is_over_at_its_end(store: Store, clock: HandClock) -> None:
    await accepted(store)
    hold = await paused(store, seconds=60.0)
    assert (hold.since, hold.until) == (1_000.0, 1_060.0)
    clock.forward(59.0)
    assert await store.claim(None, owner="one", lease=30.0) is None
    assert await store.holds() == [hold]
    clock.forward(1.0)
    assert await store.holds() == []
    assert (await taken(store)).record.name == "home"
    assert await store.lift("north") is None


async def test_nothing_is_accepted_for_a_drained_location_and_what_was_is_carried_out(store: Store) -> None:
    await accepted(store)
    await accepted(store, new_share("old"))
    assert await store.move(await taken(store), ShareState.ACTIVE, confirmed_size=10) is not None
    hold = await drained(store)
    refused = [
        await store.create(new_share("new"), None, answer),
        await store.create(new_share("home"), None, answer),
        await store.change("north", "home", resize(20), None, answer),
        await store.change("north", "home", delete(), None, answer),
    ]
    assert refused == [Drained(hold=hold)] * 4
    assert isinstance(await store.create(new_share(location="south"), None, answer), Accepted)
    assert (await taken(store)).record.name == "old"
    await store.lift("north")
    assert isinstance(await store.create(new_share("new"), None, answer), Accepted)


async def test_a_location_has_one_hold_the_newest(store: Store) -> None:
    await paused(store)
    await paused(store, "east")
    hold = await drained(store)
    assert await store.holds() == [
        Hold(location="east", kind=HoldKind.PAUSE, reason="firmware", who="ada", since=1_000.0, until=None),
        hold,
    ]
    await accepted(store, new_share(location="west"))
    assert (await taken(store)).record.location == "west"
    assert await store.lift("north") == hold
    assert await store.lift("north") is None


async def test_holds_outlive_the_process(tmp_path: Path, clock: HandClock) -> None:
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(STORES["sqlite"](tmp_path, clock))
        hold = await paused(first)
        await accepted(first)
    async with STORES["sqlite"](tmp_path, clock) as second:
        assert await second.holds() == [hold]
        assert await second.claim(None, owner="two", lease=30.0) is None
