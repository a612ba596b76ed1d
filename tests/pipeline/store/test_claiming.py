"""Several claims in one transaction: those that one claim after the other would have made, and no more than there is
room for."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import IllegalMoveError
from pipeline.holds import HoldKind
from pipeline.marks import StoreIdentity
from pipeline.record import Claim, DeadFilter, Message, NewShare, ShareRecord
from pipeline.states import ShareState
from pipeline.store.claiming import claim_many
from pipeline.store.memory import MemoryTables, memory_store
from tests.pipeline.store.stores import HandClock, Store, accepted, new_share

POISON = 2


async def messages_of(store: Store) -> Sequence[Message]:
    """All that are there."""
    return [delivery.message for delivery in await store.spool.take(owner="one", lease=30.0, wait=0.0, limit=100)]


async def claimed(
    store: Store,
    messages: Sequence[Message] | None,
    rooms: Mapping[str, int],
    turns: Mapping[str, str] | None = None,
    *,
    most: int = 64,
) -> list[Claim]:
    claims = await store.claim_many(
        messages, owner="one", lease=30.0, rooms=rooms, most=most, turns=turns or {}, poison=POISON
    )
    return [*claims]


def names(claims: Sequence[Claim]) -> list[str]:
    return [claim.record.name for claim in claims]


async def test_as_many_are_claimed_as_there_is_room_for_at_each_location(store: Store) -> None:
    for name, location in (("a", "north"), ("b", "south"), ("c", "north"), ("d", "north"), ("e", "east")):
        await accepted(store, new_share(name, location=location))
    claims = await claimed(store, await messages_of(store), {"north": 2, "south": 5})
    assert names(claims) == ["a", "b", "c"]
    assert [claim.fence for claim in claims] == [1, 1, 1]
    assert names(await claimed(store, None, {"north": 2, "south": 2})) == ["d"]


async def test_no_more_are_claimed_than_are_asked_for(store: Store) -> None:
    for name in ("a", "b", "c", "d", "e"):
        await accepted(store, new_share(name))
    assert names(await claimed(store, None, {"north": 5}, most=2)) == ["a", "b"]
    assert names(await claimed(store, (await messages_of(store))[2:], {"north": 5}, most=1)) == ["c"]


async def test_no_more_records_are_looked_for_than_there_is_room_for() -> None:
    """Whoever looks locks them, where several processors share a database."""

    class Watched(MemoryTables):
        def earliest_due(self, locations: frozenset[str] | None, limit: int) -> Sequence[ShareRecord]:
            limits.append(limit)
            return super().earliest_due(locations, limit)

    limits: list[int] = []
    tables = Watched(HandClock())
    tables.at_this_instant().insert_created([new_share(name) for name in "abcdef"], None)
    rooms = {"north": 2, "south": 1}
    terms: dict[str, Any] = {"turns": {}, "poison": POISON, "most": 64, "writer": "one"}
    assert len(claim_many(tables, None, "one", 30.0, rooms, **terms)) == 2
    assert max(limits) == 3


async def test_what_is_claimed_is_written(store: Store) -> None:
    for name in ("a", "b"):
        await accepted(store, new_share(name))
    claims = await claimed(store, None, {"north": 5})
    assert await store.list() == [claim.record for claim in claims]
    assert {(claim.owner, claim.record.owner, claim.lease_until) for claim in claims} == {("one", "one", 1_030.0)}


async def test_two_messages_of_one_record_lead_to_one_claim(store: Store) -> None:
    await accepted(store)
    (message,) = await messages_of(store)
    assert names(await claimed(store, [message, message], {"north": 2})) == ["home"]


async def test_tenants_take_turns_and_priorities_decide_within_one_transaction(store: Store) -> None:
    for name, tenant, priority in (("a0", "a", 0), ("a1", "a", 0), ("a2", "a", 1), ("b0", "b", 0), ("c0", "c", 0)):
        await accepted(store, new_share(name, tenant=tenant, priority=priority))
    assert names(await claimed(store, None, {"north": 9}, {"north": "a"})) == ["b0", "c0", "a2", "a0", "a1"]


async def test_one_share_of_a_second_tenant_starts_within_the_slots_and_one_claim(store: Store) -> None:
    waiting = [new_share(f"a{number}", tenant="a", priority=9) for number in range(1_000)]
    await asyncio.gather(*(accepted(store, share) for share in waiting))
    await accepted(store, new_share("b", tenant="b"))
    slots = 4
    assert "b" in names(await claimed(store, await messages_of(store), {"north": slots}))


async def test_poison_becomes_a_dead_letter_and_the_rest_is_claimed(store: Store, clock: HandClock) -> None:
    for name in ("bad", "good"):
        await accepted(store, new_share(name))
    messages = await messages_of(store)
    for _ in range(POISON):
        assert names(await claimed(store, messages[:1], {"north": 1})) == ["bad"]
        clock.forward(30.0)
    assert names(await claimed(store, messages, {"north": 2})) == ["good"]
    assert [record.name for record in await store.dead(DeadFilter())] == ["bad"]


async def test_nothing_is_claimed_where_the_location_is_paused(store: Store) -> None:
    for location in ("north", "south"):
        await accepted(store, new_share(location, location=location))
    await store.hold("north", HoldKind.PAUSE, reason="upkeep", who="me")
    rooms = {"north": 2, "south": 2}
    assert names(await claimed(store, await messages_of(store), rooms)) == ["south"]
    assert names(await claimed(store, None, rooms)) == []


async def test_works_on_many_records_at_once_end_each_as_if_it_were_alone(store: Store) -> None:
    """One is refused, one holds its record no longer, and neither bears on the others."""
    for number in range(6):
        await accepted(store, new_share(f"{number}"))
    stale, illegal, *good = await claimed(store, None, {"north": 6})
    assert await store.release(stale, due_in=0.0, error=None)
    ends = await asyncio.gather(
        *(store.move(claim, ShareState.ACTIVE, confirmed_size=10) for claim in (stale, *good)),
        store.move(illegal, ShareState.UPDATING),
        return_exceptions=True,
    )
    assert ends[0] is None
    assert isinstance(ends[-1], IllegalMoveError)
    assert [record.state for record in await store.list()] == [ShareState.PENDING] * 2 + [ShareState.ACTIVE] * 4
    assert {event.share for event in await store.events(after=6)} == {claim.record.id for claim in good}


SHARES = st.lists(
    st.tuples(st.sampled_from(["north", "south"]), st.sampled_from(["a", "b", "c"]), st.integers(0, 1)), max_size=8
)
ROOMS = st.dictionaries(st.sampled_from(["north", "south"]), st.integers(1, 4))
SERVED = st.dictionaries(st.sampled_from(["north", "south"]), st.sampled_from(["a", "b", "c"]))


@settings(max_examples=100)
@given(SHARES, ROOMS, SERVED, st.booleans())
def test_they_are_those_that_one_claim_after_the_other_makes(
    shares: list[tuple[str, str, int]], rooms: dict[str, int], served: dict[str, str], by_messages: bool
) -> None:
    wanted = [
        new_share(f"{number}", location=location, tenant=tenant, priority=priority)
        for number, (location, tenant, priority) in enumerate(shares)
    ]

    async def together() -> list[str]:
        store = await _with(wanted)
        return names(await claimed(store, await messages_of(store) if by_messages else None, rooms, served))

    async def one_by_one() -> list[str]:
        store = await _with(wanted)
        left, turns, made = dict(rooms), dict(served), list[str]()
        for message in await messages_of(store) if by_messages else [None] * (len(wanted) + 1):
            locations = frozenset(location for location, room in left.items() if room)
            claim = await store.claim(message, owner="one", lease=30.0, locations=locations, turns=turns)
            if claim is not None:
                made.append(claim.record.name)
                left[claim.record.location] -= 1
                turns[claim.record.location] = claim.record.tenant
        return made

    assert asyncio.run(together()) == asyncio.run(one_by_one())


async def _with(shares: Sequence[NewShare]) -> Store:
    store = memory_store(HandClock(), identity=StoreIdentity(id="one"))
    for share in shares:
        await accepted(store, share)
    return store
