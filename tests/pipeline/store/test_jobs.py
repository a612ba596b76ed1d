"""The processor's side of a store."""

from collections.abc import Awaitable, Callable

import pytest

from connector.codes import Code
from connector.operations import DoneReply, ShareView, ShowReply, Verb
from connector.outcomes import Done, Failed, Unknown
from connector.sites import Site
from connector.values import replace
from pipeline import transitions
from pipeline.errors import IllegalMoveError
from pipeline.numbering import next_sequence
from pipeline.record import Claim
from pipeline.states import ShareState
from pipeline.store.acceptances import Accepted
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


async def test_a_claim_raises_the_fence_and_holds_for_its_lease(store: Store, clock: HandClock) -> None:
    await accepted(store)
    claim = await taken(store, lease=30.0)
    assert (claim.fence, claim.record.fence, claim.lease_until, claim.owner) == (1, 1, 1_030.0, "one")
    assert await store.claim(None, owner="two", lease=30.0) is None
    clock.forward(30.0)
    second = await taken(store, owner="two")
    assert (second.fence, second.record.owner) == (2, "two")


async def test_the_record_that_has_been_due_longest_is_claimed_first(store: Store, clock: HandClock) -> None:
    for name in ("first", "second"):
        await accepted(store, new_share(name))
        clock.forward(1.0)
    assert [(await taken(store)).record.name for _ in range(2)] == ["first", "second"]


async def test_a_claim_can_be_narrowed_to_locations(store: Store) -> None:
    await accepted(store, new_share(location="north"))
    await accepted(store, new_share(location="south"))
    claim = await store.claim(None, owner="one", lease=30.0, locations=frozenset({"south"}))
    assert claim is not None
    assert claim.record.location == "south"
    assert await store.claim(None, owner="one", lease=30.0, locations=frozenset({"south"})) is None
    assert await store.claim(None, owner="one", lease=30.0, locations=frozenset()) is None


async def test_a_message_outside_the_locations_takes_nothing(store: Store) -> None:
    await accepted(store)
    message = await next_message(store)
    assert await store.claim(message, owner="one", lease=30.0, locations=frozenset({"south"})) is None
    assert await store.claim(message, owner="one", lease=30.0, locations=frozenset({"north"})) is not None


async def test_a_message_whose_record_is_held_takes_nothing(store: Store) -> None:
    await accepted(store)
    message = await next_message(store)
    assert await store.claim(message, owner="one", lease=30.0) is not None
    assert await store.claim(message, owner="two", lease=30.0) is None


async def test_a_message_whose_generation_is_done_takes_nothing(store: Store) -> None:
    await accepted(store)
    message = await next_message(store)
    await store.move(await taken(store), ShareState.ACTIVE, confirmed_size=10)
    assert await store.claim(message, owner="one", lease=30.0) is None
    await store.change("north", "home", resize(20), None, answer)
    assert await store.claim(message, owner="one", lease=30.0) is None


async def test_a_message_whose_record_is_gone_takes_nothing(store: Store) -> None:
    await accepted(store)
    message = await next_message(store)
    claim = await store.move(await taken(store), ShareState.FAILING, reason="quota")
    assert claim is not None
    assert await store.remove(claim)
    assert await store.claim(message, owner="one", lease=30.0) is None


async def test_a_message_does_not_overtake_a_backoff(store: Store, clock: HandClock) -> None:
    await accepted(store)
    message = await next_message(store)
    assert await store.release(await taken(store), due_in=5.0, error="timeout")
    assert await store.claim(message, owner="one", lease=30.0) is None
    clock.forward(5.0)
    assert await store.claim(message, owner="one", lease=30.0) is not None


async def test_renewing_moves_the_end_of_the_lease(store: Store, clock: HandClock) -> None:
    await accepted(store)
    claim = await taken(store, lease=30.0)
    clock.forward(20.0)
    renewed = await store.renew(claim, lease=30.0)
    assert renewed is not None
    assert (renewed.lease_until, renewed.fence) == (1_050.0, 1)
    clock.forward(29.0)
    assert await store.claim(None, owner="two", lease=30.0) is None


async def test_each_command_has_a_greater_sequence_and_the_record_keeps_the_latest_deadline(store: Store) -> None:
    await accepted(store)
    claim = await taken(store)
    first = await store.begin(claim, Verb.CREATE, seconds=20.0)
    second = await store.begin(claim, Verb.CREATE, seconds=5.0)
    assert first is not None
    assert second is not None
    assert second.sequence == first.sequence + 1
    assert second.request_id == first.request_id  # the same create again, to be answered as the first time
    record = second.claim.record
    assert (record.sequence, record.attempt, record.settled) == (second.sequence, 2, False)
    assert (second.deadline, record.command_deadline) == (1_005.0, 1_020.0)


async def test_each_delete_is_a_command_of_its_own_since_a_create_may_land_between_two(store: Store) -> None:
    await accepted(store)
    claim = await store.move(await taken(store), ShareState.FAILING, reason="quota")
    assert claim is not None
    first = await store.begin(claim, Verb.DELETE, seconds=5.0)
    second = await store.begin(claim, Verb.DELETE, seconds=5.0)
    assert first is not None
    assert second is not None
    assert second.request_id != first.request_id


async def test_a_lease_outlives_the_deadline_of_a_command(store: Store, clock: HandClock) -> None:
    await accepted(store)
    command = await store.begin(await taken(store, lease=10.0), Verb.CREATE, seconds=20.0)
    assert command is not None
    assert command.claim.lease_until == 1_020.0
    clock.forward(15.0)
    assert await store.claim(None, owner="two", lease=30.0) is None


async def test_sequences_rise_across_the_records_of_one_name(store: Store) -> None:
    newest = 0
    for life in range(3):
        await accepted(store, new_share(id=f"life-{life}"))
        claim = await taken(store)
        command = await store.begin(claim, Verb.CREATE, seconds=1.0)
        assert command is not None
        assert command.sequence > newest
        assert command.sequence == next_sequence(0, claim.record.row)
        newest = command.sequence
        failing = await store.move(claim, ShareState.FAILING, reason="quota")
        assert failing is not None
        assert await store.remove(failing)


async def test_a_release_says_when_it_is_due_and_why(store: Store, clock: HandClock) -> None:
    await accepted(store)
    assert await store.release(await taken(store), due_in=5.0, error="timeout at ssh.connect")
    record = await store.get("north", "home")
    assert record is not None
    assert (record.owner, record.lease_until, record.last_error) == (None, None, "timeout at ssh.connect")
    assert await store.claim(None, owner="two", lease=30.0) is None
    clock.forward(5.0)
    assert await store.claim(None, owner="two", lease=30.0) is not None


async def test_a_release_leaves_a_command_unsettled_unless_it_says_otherwise(store: Store) -> None:
    await accepted(store)
    command = await store.begin(await taken(store), Verb.CREATE, seconds=1.0)
    assert command is not None
    assert await store.release(command.claim, due_in=0.0, error=None)
    claim = await taken(store)
    assert not claim.record.settled
    assert await store.release(claim, due_in=0.0, error=None, settled=True)
    claim = await taken(store)
    assert claim.record.settled


async def test_a_release_without_a_command_leaves_the_record_settled(store: Store) -> None:
    await accepted(store)
    assert await store.release(await taken(store), due_in=0.0, error="the breaker is open")
    assert (await taken(store)).record.settled


async def test_a_command_that_never_reached_the_cluster_is_refunded(store: Store) -> None:
    await accepted(store)
    command = await store.begin(await taken(store), Verb.CREATE, seconds=1.0)
    assert command is not None
    assert await store.release(command.claim, due_in=0.0, error="refused", refund=True)
    assert (await taken(store)).record.attempt == 0


@pytest.mark.parametrize("of_no_use", ["refund", "inconclusive"])
async def test_what_told_nothing_is_counted_until_the_record_is_asked_something_else(
    store: Store, of_no_use: str
) -> None:
    await accepted(store)
    for deferrals in range(3):
        claim = await taken(store)
        assert claim.record.deferrals == deferrals
        assert await store.release(
            claim, due_in=0.0, error="busy", refund=of_no_use == "refund", inconclusive=of_no_use == "inconclusive"
        )
    assert await store.release(await taken(store), due_in=0.0, error="the processor was stopped")
    claim = await taken(store)
    assert claim.record.deferrals == 3
    failing = await store.move(claim, ShareState.FAILING, reason="quota")
    assert failing is not None
    assert failing.record.deferrals == 0


async def test_activating_closes_the_generation_and_the_lease(store: Store) -> None:
    await accepted(store)
    claim = await store.move(await taken(store), ShareState.ACTIVE, confirmed_size=10)
    assert claim is not None
    record = await store.get("north", "home")
    assert record == claim.record
    assert record is not None
    assert (record.generation_done, record.owner, record.lease_until, record.confirmed_size) == (1, None, None, 10)
    assert await store.claim(None, owner="two", lease=30.0) is None


async def test_a_refused_resize_leaves_the_confirmed_size(store: Store) -> None:
    await accepted(store)
    await store.move(await taken(store), ShareState.ACTIVE, confirmed_size=10)
    await store.change("north", "home", resize(20), None, answer)
    await store.move(await taken(store), ShareState.ACTIVE, reason="quota", confirmed_size=10)
    record = await store.get("north", "home")
    assert record is not None
    assert (record.state, record.size, record.confirmed_size, record.reason) == (ShareState.ACTIVE, 10, 10, "quota")
    first = await accepted(store, new_share(location="south"))
    assert record.spec_hash != first.spec_hash


async def test_an_update_that_is_given_up_wants_another_size_and_keeps_state_claim_and_events(store: Store) -> None:
    await accepted(store)
    await store.move(await taken(store), ShareState.ACTIVE, confirmed_size=10)
    active = await store.get("north", "home")
    await store.change("north", "home", resize(20), None, answer)
    command = await store.begin(await taken(store), Verb.RESIZE, seconds=1.0)
    assert command is not None
    events = await store.events()
    claim = await store.give_up(command.claim, size=10, reason="not resized")
    assert active is not None
    assert claim is not None
    record = claim.record
    assert (record.state, record.size, record.reason, record.is_given_up) == (
        ShareState.UPDATING,
        10,
        "not resized",
        True,
    )
    assert (record.attempt, record.deferrals, record.settled) == (0, 0, False)
    assert (record.owner, record.spec_hash) == ("one", active.spec_hash)
    assert record.command_deadline == command.deadline
    assert await store.get("north", "home") == record
    assert await store.events() == events
    closed = await store.move(claim, ShareState.ACTIVE, reason=record.reason, confirmed_size=10)
    assert closed is not None
    assert closed.record.generation_done == 2


async def test_failing_keeps_the_claim_and_counts_the_tries_of_the_cleanup_from_zero(store: Store) -> None:
    await accepted(store)
    command = await store.begin(await taken(store), Verb.CREATE, seconds=1.0)
    assert command is not None
    claim = await store.move(command.claim, ShareState.FAILING, reason="quota")
    assert claim is not None
    assert (claim.record.state, claim.record.reason, claim.record.attempt) == (ShareState.FAILING, "quota", 0)
    assert claim.record.owner == "one"
    assert await store.begin(claim, Verb.DELETE, seconds=1.0) is not None


async def test_a_removed_record_frees_its_name_and_leaves_its_events(store: Store) -> None:
    record = await accepted(store)
    claim = await store.move(await taken(store), ShareState.FAILING, reason="quota")
    assert claim is not None
    assert await store.remove(claim)
    assert await store.get("north", "home") is None
    steps = [(event.before, event.after, event.writer, event.fence, event.reason) for event in await store.events()]
    assert steps == [
        (None, ShareState.PENDING, "api", None, None),
        (ShareState.PENDING, ShareState.FAILING, "processor", 1, "quota"),
        (ShareState.FAILING, None, "processor", 1, "quota"),
    ]
    assert isinstance(await store.create(new_share(id="next"), None, answer), Accepted)
    assert await store.known([record.id, "next", "nobody"]) == frozenset({"next"})


async def test_a_move_that_no_share_may_make_is_an_error_and_writes_nothing(store: Store) -> None:
    await accepted(store)
    claim = await taken(store)
    with pytest.raises(IllegalMoveError, match="no way from pending to updating"):
        await store.move(claim, ShareState.UPDATING)
    with pytest.raises(IllegalMoveError, match="a record that is pending is not removed"):
        await store.remove(with_a_probe(claim))
    assert await store.attempts() == []
    assert await store.get("north", "home") == claim.record
    assert len(await store.events()) == 1


FOUND = Done(reply=ShowReply(share=ShareView(name="home", size=10, mark="spool/x")))

Write = Callable[[Store, Claim], Awaitable[object]]

WRITES: dict[str, Write] = {
    "renew": lambda store, claim: store.renew(claim, lease=30.0),
    "begin": lambda store, claim: store.begin(claim, Verb.CREATE, seconds=1.0),
    "activate": lambda store, claim: store.move(claim, ShareState.ACTIVE, confirmed_size=10),
    "fail": lambda store, claim: store.move(claim, ShareState.FAILING, reason="late"),
    "give_up": lambda store, claim: store.give_up(claim, size=10, reason="late"),
    "release": lambda store, claim: store.release(claim, due_in=0.0, error="late"),
}


async def seen(store: Store) -> object:
    return await store.list(), await store.events(), await store.attempts(), await store.counts()


@pytest.mark.parametrize("write", WRITES)
async def test_a_claim_that_lost_its_lease_to_another_writes_nothing(
    store: Store, clock: HandClock, write: str
) -> None:
    await accepted(store)
    stale = await taken(store, lease=10.0)
    clock.forward(10.0)
    await taken(store, owner="one")  # the same owner again: only the fence tells the two claims apart
    before = await seen(store)
    assert not await WRITES[write](store, stale)
    assert await seen(store) == before


@pytest.mark.parametrize("write", [*WRITES, "remove"])
async def test_a_claim_whose_state_was_left_writes_nothing(store: Store, write: str) -> None:
    await accepted(store)
    stale = await taken(store)
    moved = await store.move(stale, ShareState.FAILING, reason="quota")
    assert moved is not None
    claim = stale
    if write == "remove":
        assert await store.release(moved, due_in=0.0, error=None)
        claim = moved
    before = await seen(store)
    assert not await (WRITES | {"remove": lambda store, claim: store.remove(claim)})[write](store, claim)
    assert await seen(store) == before


async def test_a_claim_that_was_closed_does_not_write_when_the_record_is_in_that_state_again(store: Store) -> None:
    await accepted(store)
    await store.move(await taken(store), ShareState.ACTIVE, confirmed_size=10)
    await store.change("north", "home", resize(20), None, answer)
    closed = await taken(store)
    await store.move(closed, ShareState.ACTIVE, confirmed_size=20)
    await store.change("north", "home", resize(30), None, answer)
    before = await seen(store)
    assert await store.move(closed, ShareState.ACTIVE, confirmed_size=20) is None
    assert await store.give_up(closed, size=10, reason="late") is None
    assert await store.renew(closed, lease=30.0) is None
    assert await seen(store) == before


async def test_a_claim_on_a_record_that_was_removed_does_not_touch_its_successor(store: Store) -> None:
    await accepted(store)
    await store.move(await taken(store), ShareState.ACTIVE, confirmed_size=10)
    await store.change("north", "home", delete(), None, answer)
    claim = await taken(store)
    assert await store.remove(claim)
    await accepted(store, new_share(id="next"))
    before = await seen(store)
    assert not await store.remove(claim)
    assert await store.begin(claim, Verb.DELETE, seconds=1.0) is None
    assert await seen(store) == before


@pytest.mark.parametrize(
    "outcome",
    [
        Done(reply=DoneReply()),
        Failed(code=Code.QUOTA, site=Site.CONNECTOR_REPLY, message="no room for you"),
        Unknown(code=Code.TIMEOUT, site=Site.CONNECTOR_EXEC, message="no answer in 10 s"),
    ],
    ids=["done", "failed", "unknown"],
)
async def test_an_attempt_is_there_before_its_end_and_reads_back_as_it_ended(
    store: Store, clock: HandClock, outcome: Done | Failed | Unknown
) -> None:
    record = await accepted(store)
    command = await store.begin(await taken(store), Verb.CREATE, seconds=10.0)
    assert command is not None
    (open_,) = await store.attempts()
    assert (open_.outcome, open_.ended_at, open_.began_at, open_.deadline) == (None, None, 1_000.0, 1_010.0)
    assert (open_.number, open_.request_id) == (command.attempt_number, command.request_id)
    assert (open_.share, open_.verb, open_.tried, open_.fence) == (record.id, Verb.CREATE, 1, 1)
    clock.forward(2.0)
    await store.end(command, outcome)
    (ended,) = await store.attempts()
    assert (ended.outcome, ended.ended_at) == (outcome, 1_002.0)
    await store.end(command, Done(reply=DoneReply()))
    assert await store.attempts() == [ended]


def with_a_probe(claim: Claim) -> Claim:
    probe = transitions.probe(claim, Verb.SHOW, began_at=1_000.5, outcome=FOUND, now=1_001.0)
    return replace(claim, notes=(probe,))


@pytest.mark.parametrize("write", WRITES)
async def test_every_write_of_a_claim_takes_its_notes_along(store: Store, write: str) -> None:
    await accepted(store)
    assert await WRITES[write](store, with_a_probe(await taken(store)))
    probe = (await store.attempts())[0]
    assert (probe.verb, probe.outcome, probe.began_at, probe.ended_at) == (Verb.SHOW, FOUND, 1_000.5, 1_001.0)
    assert (probe.request_id, probe.sequence, probe.fence) == (None, None, 1)


async def test_what_is_removed_or_rolled_back_takes_its_notes_along(store: Store) -> None:
    await accepted(store)
    failing = await store.move(await taken(store), ShareState.FAILING, reason="quota")
    assert failing is not None
    assert await store.remove(with_a_probe(failing))
    await accepted(store, new_share(id="next"))
    active = await store.move(await taken(store), ShareState.ACTIVE, confirmed_size=10)
    assert active is not None
    opened = await store.open_change("north", "home", resize(20), None, answer, owner="one", lease=30.0)
    assert isinstance(opened, Claim)
    await store.roll_back(with_a_probe(opened), "no answer")
    assert [row.share for row in await store.attempts()] == [failing.record.id, "next"]


async def test_a_claim_that_is_lost_still_tells_what_happened(store: Store, clock: HandClock) -> None:
    await accepted(store)
    stale = await taken(store, lease=10.0)
    clock.forward(10.0)
    await taken(store, owner="one")
    assert await store.renew(with_a_probe(stale), lease=30.0) is None
    assert [row.fence for row in await store.attempts()] == [1]
