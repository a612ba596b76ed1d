"""Histories that an invariant forbids: the clean one, with one thing about it changed."""

from collections.abc import Callable

from connector.codes import Code
from connector.sites import Site
from connector.values import replace
from reports.history import EffectKind, History, Hop, Op, OpKind, OpResult, PartEnd, SeenShare
from tests.harness.checkers.histories import (
    GIB,
    ON_CLUSTER,
    RECORD,
    attempt,
    change,
    effect,
    notice,
    op,
    reading,
    timeout,
    without,
)

__all__ = [
    "SPOILS",
    "Spoil",
    "active_and_absent",
    "answered_too_late",
    "crashed",
    "deleted_and_there",
    "failed_and_there",
    "refused_and_made",
    "shown_twice",
    "still_pending",
]

Spoil = Callable[[History], History]


def crashed(history: History) -> History:
    end = PartEnd(number=1, at=2.5, part="processor", status=1, log="MemoryError")
    return replace(history, part_ends=(end,))


def second_life(history: History) -> History:
    return replace(history, effects=(*history.effects, effect(2, 2.5, incarnation=2)))


def second_record(history: History) -> History:
    return replace(history, changes=(*history.changes, change(3, 5.0, None, "pending", share="B", writer="api")))


def shown_twice(history: History) -> History:
    readings = (*without(history, side="api", round=2), reading("api", 2, RECORD, RECORD))
    return replace(history, readings=readings)


def unasked_effect(history: History) -> History:
    return replace(history, effects=(*history.effects, effect(2, 2.5, name="b", mark=None)))


def unasked_size(history: History) -> History:
    return replace(history, effects=(effect(1, 2.0, size=5),))


def made_before_asked(history: History) -> History:
    return replace(history, effects=(effect(1, 0.5),))


def never_recorded(history: History) -> History:
    return replace(history, changes=())


def removed_silently(history: History) -> History:
    return replace(history, changes=(history.changes[0], change(2, 3.0, "pending", None)))


def failed_without_reason(history: History) -> History:
    rest = (change(2, 3.0, "pending", "failing"), change(3, 3.5, "failing", None))
    return replace(history, changes=(history.changes[0], *rest))


def vanished_from_the_api(history: History) -> History:
    return replace(history, readings=(*without(history, side="api", round=2), reading("api", 2)))


def back_from_failing(history: History) -> History:
    rest = (change(2, 2.0, "pending", "failing", reason="x"), change(3, 3.0, "failing", "active"))
    return replace(history, changes=(history.changes[0], *rest))


def gap_in_the_path(history: History) -> History:
    return replace(history, changes=(*history.changes, change(3, 5.0, "updating", "active")))


def read_backwards(history: History) -> History:
    later = op(3, 6.0, OpKind.GET, status=200, state="pending", key=None)
    return replace(history, ops=(*history.ops, later))


def active_before_it_was_made(history: History) -> History:
    return replace(history, effects=(effect(1, 9.0),))


def half_made_and_active(history: History) -> History:
    return replace(history, effects=(effect(1, 2.0, EffectKind.HALF_CREATED),))


def removed_while_active(history: History) -> History:
    return replace(history, effects=(*history.effects, effect(2, 8.0, EffectKind.DELETED)))


def active_with_another_size(history: History) -> History:
    other = reading("north", 1, replace(ON_CLUSTER, size=7))
    return replace(history, readings=(*without(history, side="north", round=1), other))


def one_key_two_records(history: History) -> History:
    return replace(history, ops=(*history.ops, op(3, 6.0, key="key-1", share="B", duplicate_of=1)))


def reuse_accepted(history: History) -> History:
    return replace(history, ops=(*history.ops, op(3, 6.0, key="key-1", body_differs=True, size=2 * GIB)))


def decided_and_then_refused(history: History) -> History:
    refused = op(3, 6.0, key="key-1", result=OpResult.FAIL, status=409, cause="share-exists", state="active")
    return replace(history, ops=(*history.ops, refused))


def refused_for_good_and_then_accepted(history: History) -> History:
    refused = op(0, 0.1, key="key-1", result=OpResult.FAIL, status=409, cause="cluster-refused", share=None, state=None)
    return replace(history, ops=(refused, *history.ops))


def refused_by_a_state_that_was_over(history: History) -> History:
    return replace(history, ops=(*history.ops, refused_as_pending(3, 1.5), refused_as_pending(4, 6.0)))


def refused_as_pending(number: int, at: float) -> Op:
    """A create of share A with another key, which finds it pending."""
    return op(number, at, key="key-3", result=OpResult.FAIL, status=409, cause="share-pending")


def one_request_two_effects(history: History) -> History:
    twice = (effect(2, 2.2, EffectKind.DELETED), effect(3, 2.4, incarnation=2, request_id="request-1"))
    return replace(history, effects=(*history.effects, *twice))


def refused_and_made(history: History) -> History:
    refused = op(1, 1.0, result=OpResult.FAIL, status=409, cause="cluster-refused", share=None)
    return replace(history, ops=(refused,), changes=())


def failed_and_there(history: History) -> History:
    rest = (change(2, 3.0, "pending", "failing", reason="no"), change(3, 4.0, "failing", None))
    return replace(history, changes=(history.changes[0], *rest))


def came_to_life_after_failing(history: History) -> History:
    return replace(failed_and_there(history), effects=(effect(1, 9.0, late=True),))


def deleted_and_there(history: History) -> History:
    gone = (change(3, 5.0, "active", "deleting", writer="api"), change(4, 6.0, "deleting", None))
    return replace(history, changes=(*history.changes, *gone))


def late_delete_hits_a_newer_share(history: History) -> History:
    newer = effect(3, 7.0, incarnation=2, mark="spool/B")
    died = effect(4, 8.0, EffectKind.DELETED, incarnation=2, request_id="old-delete", mark="spool/B")
    old = attempt(2, 5.0, verb="delete", request_id="old-delete")
    return replace(
        history,
        effects=(*history.effects, effect(2, 6.0, EffectKind.DELETED), newer, died),
        attempts=(*history.attempts, old),
    )


def active_then_failed(history: History) -> History:
    return replace(history, changes=(*history.changes, change(3, 5.0, "active", "failing", reason="x")))


def promised_to_two(history: History) -> History:
    return replace(history, ops=(*history.ops, op(3, 6.0, key="other", share="A")))


def resize_that_nothing_hindered(history: History) -> History:
    moves = (change(3, 5.0, "active", "updating"), change(4, 6.0, "updating", "active", reason="not resized"))
    return replace(history, changes=(*history.changes, *moves), injections=())


def refused_as_taken(history: History) -> History:
    return replace(history, ops=(op(1, 1.0, result=OpResult.FAIL, status=409, share=None, state=None),))


def message_left_over(history: History) -> History:
    sample = replace(history.samples[0], value=2.0)
    return replace(history, samples=(sample,))


def made_again_after_the_end(history: History) -> History:
    again = (effect(2, 8.0, EffectKind.DELETED), effect(3, 9.0, incarnation=2))
    return replace(history, effects=(*history.effects, *again))


def removed_by_the_api(history: History) -> History:
    gone = (change(3, 5.0, "active", "deleting", writer="api"), change(4, 6.0, "deleting", None, writer="api"))
    return replace(history, changes=(*history.changes, *gone))


def gone_without_removal(history: History) -> History:
    missing = op(3, 6.0, OpKind.GET, status=404, result=OpResult.FAIL, share=None, state=None, key=None)
    return replace(history, ops=(*history.ops, missing))


def delete_accepted_while_pending(history: History) -> History:
    return replace(history, ops=(*history.ops, op(3, 1.5, OpKind.DELETE)))


def api_moved_a_pending_record(history: History) -> History:
    return replace(history, changes=(history.changes[0], change(2, 1.5, "pending", "deleting", writer="api")))


def still_pending(history: History) -> History:
    stuck = reading("api", 1, replace(RECORD, state="pending"))
    return replace(history, readings=(*without(history, side="api", round=1), stuck))


def orphan(history: History) -> History:
    orphan = SeenShare(location="north", name="zombie", size=GIB)
    return replace(
        history, readings=(*without(history, side="north", round=2), reading("north", 2, ON_CLUSTER, orphan))
    )


def half_made_left(history: History) -> History:
    half = reading("north", 1, replace(ON_CLUSTER, complete=False))
    return replace(history, readings=(*without(history, side="north", round=1), half))


def active_and_absent(history: History) -> History:
    return replace(history, readings=(*without(history, side="north", round=2), reading("north", 2)))


def session_left(history: History) -> History:
    left = reading("north", 2, ON_CLUSTER, sessions=1)
    return replace(history, readings=(*without(history, side="north", round=2), left))


def answered_too_late(history: History) -> History:
    return replace(history, attempts=(attempt(1, 1.5, ended_at=9.0, code=Code.TIMEOUT),))


def unclear_and_pending(history: History) -> History:
    unclear = op(3, 6.0, result=OpResult.INFO, status=504, name="b", share=None)
    stuck = reading("api", 2, RECORD, SeenShare(location="north", name="b", share="B", state="pending"))
    return replace(history, ops=(*history.ops, unclear), readings=(*without(history, side="api", round=2), stuck))


def unclear_and_orphaned(history: History) -> History:
    unclear = op(3, 6.0, result=OpResult.INFO, status=504, name="b", share=None)
    orphan = reading("north", 2, ON_CLUSTER, SeenShare(location="north", name="b", size=GIB))
    return replace(history, ops=(*history.ops, unclear), readings=(*without(history, side="north", round=2), orphan))


def timeout_without_origin(history: History) -> History:
    late = attempt(9, 1.5, code=Code.TIMEOUT, result=OpResult.INFO, site=Site.CONNECTOR_REPLY)
    return replace(history, attempts=(*history.attempts, late))


def timeout_with_two_origins(history: History) -> History:
    told = [timeout(number, attempt=9) for number in (1, 2)]
    return replace(timeout_without_origin(history), timeouts=tuple(told))


def timeout_told_where_it_was_and_where_it_was_heard(history: History) -> History:
    reply, late = Site.CONNECTOR_REPLY, Code.TIMEOUT
    command = attempt(9, 1.5, hop=Hop.API, code=late, result=OpResult.INFO, site=reply)
    answer = attempt(10, 1.4, hop=Hop.CLIENT, ended_at=2.1, status=504, code=late, result=OpResult.INFO, site=reply)
    told = (timeout(1, attempt=9, hop=Hop.API), timeout(2, attempt=10, hop=Hop.API, op=1))
    return replace(history, attempts=(*history.attempts, command, answer), timeouts=told)


def timeout_at_the_wrong_site(history: History) -> History:
    wrong = timeout(1, attempt=9, site=Site.SSH_BANNER, injected="lost")
    return replace(timeout_without_origin(history), timeouts=(wrong,))


def nobody_told(history: History) -> History:
    return replace(history, has_notices=True)


def told_too_early(history: History) -> History:
    return replace(history, has_notices=True, notices=(notice(1, 2.0), notice(2, 4.0)))


def one_dedupe_id_for_two(history: History) -> History:
    other = notice(2, 4.0, outcome="removed")
    return replace(history, has_notices=True, notices=(notice(1, 4.0), other))


_FORBIDDEN: dict[str, tuple[Spoil, ...]] = {
    "S1": (second_life, second_record, shown_twice),
    "S2": (unasked_effect, unasked_size, made_before_asked),
    "S3": (never_recorded, removed_silently, failed_without_reason, vanished_from_the_api),
    "S4": (back_from_failing, gap_in_the_path, read_backwards),
    "S5": (active_before_it_was_made, half_made_and_active, removed_while_active, active_with_another_size),
    "S6": (
        one_key_two_records,
        reuse_accepted,
        decided_and_then_refused,
        refused_for_good_and_then_accepted,
        refused_by_a_state_that_was_over,
        one_request_two_effects,
    ),
    "S7": (refused_and_made, failed_and_there, came_to_life_after_failing),
    "S8": (deleted_and_there, late_delete_hits_a_newer_share),
    "S9": (active_then_failed, promised_to_two),
    "V4": (crashed,),
    "S10": (message_left_over, made_again_after_the_end),
    "S11": (removed_by_the_api, gone_without_removal),
    "S12": (delete_accepted_while_pending, api_moved_a_pending_record),
    "L1": (still_pending,),
    "L2": (orphan, half_made_left, active_and_absent, session_left),
    "L5": (resize_that_nothing_hindered, refused_as_taken),
    "T1": (answered_too_late,),
    "L3": (unclear_and_pending, unclear_and_orphaned),
    "T3": (
        timeout_without_origin,
        timeout_with_two_origins,
        timeout_at_the_wrong_site,
        timeout_told_where_it_was_and_where_it_was_heard,
    ),
    "N1": (nobody_told, told_too_early, one_dedupe_id_for_two),
}

SPOILS = [(invariant, spoil) for invariant, spoils in _FORBIDDEN.items() for spoil in spoils]
