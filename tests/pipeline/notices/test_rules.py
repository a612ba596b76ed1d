"""What is owed to whom, what is due when, and what follows from a reply."""

import pytest

from connector.values import replace
from pipeline.notices import rules
from pipeline.notices.kinds import NoticeKind, kind_of
from pipeline.notices.records import DeliveryState, NoticeDelivery, NoticeReply
from pipeline.states import LEGAL, Operation, ShareState
from tests.pipeline.notices.events import POLICY, changed, endpoint

FAILED = NoticeReply(status=500, error="answered 500")
ACCEPTED = NoticeReply(status=204)


def owed() -> NoticeDelivery:
    made = rules.owed(endpoint(), changed(7, ShareState.PENDING, ShareState.ACTIVE), "store", 2_000.0)
    assert made is not None
    return made


def test_every_end_of_an_operation_is_told_and_nothing_on_the_way_to_it() -> None:
    ends = {
        (ShareState.PENDING, ShareState.ACTIVE, None): NoticeKind.ACTIVE,
        (ShareState.FAILING, None, "no space"): NoticeKind.FAILED,
        (ShareState.DELETING, None, None): NoticeKind.DELETED,
        (ShareState.UPDATING, ShareState.ACTIVE, None): NoticeKind.RESIZED,
        (ShareState.UPDATING, ShareState.ACTIVE, "too small"): NoticeKind.RESIZE_FAILED,
        (ShareState.DELETING, ShareState.ACTIVE, "rolled back"): NoticeKind.DELETE_FAILED,
        (ShareState.UPDATING, ShareState.LOST, "not there"): NoticeKind.LOST,
    }
    for (before, after, reason), kind in ends.items():
        assert kind_of(changed(1, before, after, reason=reason)) is kind
    told = {(before, after) for before, after, _ in ends}
    quiet = [(before, after) for before, behind in LEGAL.items() for after in behind if (before, after) not in told]
    assert quiet
    assert [kind_of(changed(1, before, after)) for before, after in quiet] == [None] * len(quiet)


def test_each_task_of_an_active_share_has_its_kind_and_its_failure() -> None:
    change = changed(1, ShareState.UPDATING, ShareState.ACTIVE)
    kinds = {operation: kind_of(replace(change, operation=operation)) for operation in Operation}
    assert kinds[Operation.RESIZE] is NoticeKind.RESIZED
    assert kinds[Operation.ALLOW] is kinds[Operation.DENY] is NoticeKind.ACCESS_CHANGED
    assert kinds[Operation.SNAPSHOT_CREATE] is kinds[Operation.SNAPSHOT_DELETE] is NoticeKind.SNAPSHOTS_CHANGED
    assert kinds[Operation.VERIFY] is NoticeKind.VERIFIED
    failed = replace(change, operation=Operation.ALLOW, reason="refused")
    assert kind_of(failed) is NoticeKind.CHANGE_FAILED


def test_the_message_id_is_that_of_the_event_for_every_endpoint() -> None:
    event = changed(7, ShareState.PENDING, ShareState.ACTIVE)
    made = [rules.owed(endpoint(id=id), event, "store", now) for id, now in (("a", 1.0), ("b", 9.0))]
    assert [row.message for row in made if row is not None] == ["msg_store_7", "msg_store_7"]


def test_an_endpoint_is_owed_the_kinds_that_it_wants() -> None:
    picky = endpoint(kinds="share.failed,share.deleted", cursor=2)
    events = [
        changed(3, ShareState.PENDING, ShareState.ACTIVE),
        changed(4, ShareState.ACTIVE, ShareState.DELETING),
        changed(5, ShareState.DELETING, None),
    ]
    after, deliveries = rules.fan_out(picky, events, "store", 2_000.0)
    assert [row.kind for row in deliveries] == [NoticeKind.DELETED]
    assert after.cursor == 5
    assert rules.fan_out(after, [], "store", 2_000.0) == (after, ())


def test_a_message_is_tried_by_the_schedule_and_then_given_up() -> None:
    delivery, now, waits = owed(), 2_000.0, []
    for _ in range(3):
        delivery, attempt = rules.begin(delivery, now)
        assert attempt.message == delivery.message
        delivery = rules.end(delivery, FAILED, POLICY, now)
        waits.append(delivery.due_at - now)
    assert 5.0 <= waits[0] <= 5.5
    assert 300.0 <= waits[1] <= 330.0
    assert (delivery.state, delivery.attempt, delivery.ended_at) == (DeliveryState.GIVEN_UP, 3, now)


def test_the_wait_is_drawn_by_endpoint_message_and_try() -> None:
    begun = [replace(owed(), endpoint=id, attempt=tried) for id in ("a", "b") for tried in (1, 2)]
    ends = [rules.end(row, FAILED, POLICY, 0.0).due_at for row in begun]
    assert len(set(ends)) == 4
    assert ends == [rules.end(row, FAILED, POLICY, 0.0).due_at for row in begun]


def test_a_wait_that_the_endpoint_asked_for_is_kept_up_to_the_patience() -> None:
    begun, _ = rules.begin(owed(), 0.0)
    busy = NoticeReply(status=429, error="answered 429", retry_after=100.0)
    assert rules.end(begun, busy, POLICY, 0.0).due_at == 100.0
    assert rules.after_tries(endpoint(), [busy], POLICY, 0.0).due_at == 100.0
    endless = replace(busy, retry_after=1e9)
    assert rules.end(begun, endless, POLICY, 0.0).due_at == POLICY.patience


def test_an_endpoint_rests_longer_after_each_failure_and_no_more_after_a_success() -> None:
    given, pauses = endpoint(), []
    for _ in range(8):
        given = rules.after_tries(given, [FAILED], POLICY, 0.0)
        pauses.append(given.due_at)
    assert pauses == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0]
    assert rules.width(given, 8) == 1
    assert not rules.is_free(given, 59.0)
    well = rules.after_tries(given, [ACCEPTED], POLICY, 60.0)
    assert (well.failures, rules.width(well, 8), rules.is_free(well, 60.0)) == (0, 8, True)


def test_an_endpoint_that_takes_some_and_not_others_rests_no_longer_each_time() -> None:
    given = endpoint()
    for _ in range(5):
        given = rules.after_tries(given, [FAILED, ACCEPTED], POLICY, 0.0)
    assert (given.failures, given.due_at) == (1, 1.0)


def test_410_disables_until_somebody_enables_it() -> None:
    gone = NoticeReply(status=410, error="answered 410", gone=True)
    disabled = rules.after_tries(endpoint(cursor=5), [ACCEPTED, gone], POLICY, 0.0)
    assert disabled.disabled is not None
    assert "410" in disabled.disabled
    assert not rules.is_free(disabled, 1e9)
    enabled = rules.enabled(disabled, 50.0)
    assert rules.is_free(enabled, 50.0)
    assert enabled.cursor == 5


def test_a_lease_keeps_others_away_until_it_ends_and_its_holder_from_writing_after_it() -> None:
    held = rules.lease(endpoint(), owner="one", seconds=30.0, now=0.0)
    assert not rules.is_free(held, 29.0)
    assert rules.is_free(held, 30.0)
    second = rules.lease(held, owner="one", seconds=30.0, now=30.0)
    assert rules.is_held(second, second)
    assert not rules.is_held(second, held)


@pytest.mark.parametrize("state", DeliveryState)
def test_a_replay_owes_the_same_message_anew(state: DeliveryState) -> None:
    again = rules.replayed(replace(owed(), state=state, attempt=3, ended_at=5.0), 9.0)
    assert (again.state, again.attempt, again.due_at, again.ended_at) == (DeliveryState.WAITING, 0, 9.0, None)
    assert again.message == owed().message
