"""Dead letters: what nobody works on any more, with its reason, until it is requeued."""

import asyncio

from connector.operations import Verb
from connector.values import replace
from pipeline import transitions
from pipeline.record import Claim, DeadFilter, ShareRecord
from pipeline.states import ShareState
from pipeline.store.protocol import BacklogAge
from pipeline.store.tables import Tables
from tests.pipeline.store.stores import (
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

POISON = 3
LEASE = 30.0
ALL = DeadFilter()
REASON = f"poison: {POISON} claims in a row ended without a word"


async def claimed(store: Store) -> Claim | None:
    return await store.claim(None, owner="one", lease=LEASE, poison=POISON)


async def dies(store: Store, clock: HandClock, times: int = POISON) -> None:
    """Whoever claims the next record is killed at it, so many times."""
    for _ in range(times):
        assert await claimed(store) is not None
        clock.forward(LEASE)


async def dead_letter(
    store: Store, clock: HandClock, name: str = "home", *, location: str = "north", tenant: str = "default"
) -> ShareRecord:
    await accepted(store, new_share(name, location=location, tenant=tenant))
    await dies(store, clock)
    assert await claimed(store) is None
    (*_, record) = await store.dead(ALL)
    assert record.name == name
    return record


async def test_a_record_whose_claims_all_end_without_a_word_becomes_a_dead_letter(
    store: Store, clock: HandClock
) -> None:
    record = await dead_letter(store, clock)
    assert (record.dead, record.state, record.owner, record.fence) == (REASON, ShareState.PENDING, None, POISON)
    clock.forward(1e6)
    assert await claimed(store) is None
    assert await store.claim(await next_message(store), owner="one", lease=LEASE) is None
    assert await store.count_dead(ALL) == 1
    assert await store.backlog_age() == BacklogAge(pending=0.0, overdue=0.0)


async def test_its_event_says_why_and_changes_no_state(store: Store, clock: HandClock) -> None:
    await dead_letter(store, clock)
    await store.requeue(ALL)
    _, died, requeued = await store.events()
    assert (died.before, died.after, died.writer) == (ShareState.PENDING, ShareState.PENDING, "processor")
    assert died.reason == f"{transitions.DEAD}{REASON}"
    assert (requeued.before, requeued.after, requeued.writer) == (ShareState.PENDING, ShareState.PENDING, "api")
    assert requeued.reason == transitions.REQUEUED


async def test_a_claim_that_was_given_back_counts_no_more(store: Store, clock: HandClock) -> None:
    await accepted(store)
    for _ in range(3):
        await dies(store, clock, POISON - 1)
        claim = await claimed(store)
        assert claim is not None
        assert await store.release(claim, due_in=0.0, error="timeout")
    assert await store.count_dead(ALL) == 0


async def test_without_a_bound_nothing_becomes_a_dead_letter(store: Store, clock: HandClock) -> None:
    await accepted(store)
    for _ in range(20):
        await taken(store, lease=LEASE)
        clock.forward(LEASE)
    assert await store.count_dead(ALL) == 0


async def test_the_last_holder_of_a_dead_letter_writes_no_more(store: Store, clock: HandClock) -> None:
    await accepted(store)
    await dies(store, clock, POISON - 1)
    last = await claimed(store)
    assert last is not None
    clock.forward(LEASE)
    assert await claimed(store) is None
    assert await store.renew(last, lease=LEASE) is None
    assert await store.begin(last, Verb.CREATE, seconds=5.0) is None
    assert await store.move(last, ShareState.ACTIVE, confirmed_size=10) is None
    assert not await store.release(last, due_in=0.0, error=None)


async def test_a_poisonous_record_holds_up_no_other(store: Store, clock: HandClock) -> None:
    await accepted(store, new_share("poison"))
    await dies(store, clock)
    await accepted(store, new_share("good"))
    claim = await claimed(store)
    assert claim is not None
    assert claim.record.name == "good"


async def test_a_message_that_meets_poison_takes_nothing(store: Store, clock: HandClock) -> None:
    await accepted(store)
    message = await next_message(store)
    await dies(store, clock)
    assert await store.claim(message, owner="one", lease=LEASE, poison=POISON) is None
    assert await store.count_dead(ALL) == 1


async def test_a_requeued_record_is_due_at_once_with_a_message_and_all_that_is_known_of_it(
    store: Store, clock: HandClock
) -> None:
    await accepted(store)
    first = await claimed(store)
    assert first is not None
    command = await store.begin(first, Verb.CREATE, seconds=5.0)
    assert command is not None
    clock.forward(LEASE)
    await dies(store, clock, POISON - 1)
    assert await claimed(store) is None
    (dead,) = await store.dead(ALL)
    assert (dead.sequence, dead.command_deadline, dead.settled) == (command.sequence, command.deadline, False)
    assert await store.requeue(ALL) == 1
    assert (await store.message_counts()).sent == 2
    claim = await claimed(store)
    assert claim is not None
    assert claim.record == replace(
        dead,
        dead=None,
        owner="one",
        fence=dead.fence + 1,
        claims=1,
        due_at=clock.now + LEASE,
        lease_until=clock.now + LEASE,
        updated_at=clock.now,
    )


async def test_a_requeued_record_may_fail_as_often_as_a_new_one(store: Store, clock: HandClock) -> None:
    await dead_letter(store, clock)
    await store.requeue(ALL)
    await dies(store, clock)
    assert await claimed(store) is None
    assert await store.count_dead(ALL) == 1


async def test_requeueing_twice_requeues_once(store: Store, clock: HandClock) -> None:
    await dead_letter(store, clock)
    assert [await store.requeue(ALL) for _ in range(2)] == [1, 0]
    assert (await store.message_counts()).sent == 2


async def test_a_filter_names_location_tenant_and_reason(store: Store, clock: HandClock) -> None:
    await dead_letter(store, clock, "a", location="north", tenant="t")
    await dead_letter(store, clock, "b", location="south", tenant="t")
    await dead_letter(store, clock, "c", location="south", tenant="u")
    filters = {
        "abc": DeadFilter(reason="in a row"),
        "": DeadFilter(reason="quota"),
        "bc": DeadFilter(location="south"),
        "ab": DeadFilter(tenant="t"),
        "b": DeadFilter(location="south", tenant="t", reason="poison"),
    }
    for names, wanted in filters.items():
        assert [record.name for record in await store.dead(wanted)] == [*names]
        assert await store.count_dead(wanted) == len(names)
    assert await store.requeue(filters["b"]) == 1
    assert [record.name for record in await store.dead(ALL)] == ["a", "c"]
    assert [record.name for record in await store.dead(ALL, limit=1)] == ["a"]


async def test_dead_letters_in_any_state_are_requeued(store: Store, clock: HandClock) -> None:
    for name in ("pending", "updating", "deleting", "failing"):
        await accepted(store, new_share(name))
        if name == "pending":
            continue
        claim = await taken(store, lease=LEASE)
        while claim.record.name != name:
            await store.release(claim, due_in=1.0, error=None)
            claim = await taken(store, lease=LEASE)
        if name == "failing":
            failing = await store.move(claim, ShareState.FAILING, reason="quota")
            assert failing is not None
            await store.release(failing, due_in=0.0, error=None)
            continue
        await store.move(claim, ShareState.ACTIVE, confirmed_size=10)
        change = resize(20) if name == "updating" else delete()
        await store.change("north", name, change, None, answer)
    clock.forward(10.0)
    for _ in range(POISON):
        while await claimed(store) is not None:
            pass
        clock.forward(LEASE)
    assert await claimed(store) is None
    assert await store.count_dead(ALL) == 4
    before = {record.name: record.state for record in await store.list()}
    assert set(before) == set(map(str, before.values()))
    assert await store.requeue(ALL) == 4
    assert {record.name: record.state for record in await store.list()} == before


async def test_thousands_are_requeued_in_one_go(store: Store, clock: HandClock) -> None:
    """How long it takes is measured elsewhere; here, that it is few statements and leaves nothing out."""
    count = 2_000
    await asyncio.gather(*(accepted(store, new_share(f"n{number}")) for number in range(count)))
    await store.transact(lambda tables: _die(tables, count))
    assert await store.count_dead(ALL) == count
    assert await store.requeue(ALL) == count
    assert await store.count_dead(ALL) == 0
    assert (await store.message_counts()).waiting == 2 * count


def _die(tables: Tables, count: int) -> None:
    for record in tables.records(None, None, 0, count):
        assert tables.update(record, transitions.dead_letter(record, "a bad release", tables.now))
