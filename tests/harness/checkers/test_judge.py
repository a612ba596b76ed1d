"""Each checker passes a clean history and fails the history that its invariant forbids, with its witnesses."""

import gc
from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest

from connector.codes import Code
from connector.sites import Site
from harness.checkers.checker import Checker, ask
from harness.checkers.evidence import Bounds, Evidence
from harness.checkers.judge import CHECKERS, judge, verdict_of
from reports.history import EffectKind, History, Hop, NemesisAction, OpKind, OpResult, Sample, SeenShare
from reports.verdicts import Anomaly, RowKind, Verdict
from tests.harness.checkers.histories import (
    GIB,
    ON_CLUSTER,
    RECORD,
    attempt,
    change,
    clean,
    effect,
    finding,
    notice,
    op,
    reading,
    timeout,
    without,
)

Spoil = Callable[[History], History]


def test_a_clean_history_is_valid_for_every_checker() -> None:
    found = judge(clean(), Bounds(limits={"client": 5.0, "gateway": 3.0, "processor": 4.0}, expect={"lost": 1}))
    idle = {"L4", "T3", "N1", "V3"}  # nothing was disturbed, timed out or notified
    assert {row.invariant: row.verdict for row in found if row.judged} == {
        checker.invariant: Verdict.VALID for checker in CHECKERS if checker.invariant not in idle
    }
    assert all(row.summary.startswith("not judged: ") for row in found if row.invariant in idle)
    assert verdict_of(found) is Verdict.VALID


def _second_life(history: History) -> History:
    return replace(history, effects=(*history.effects, effect(2, 2.5, incarnation=2)))


def _second_record(history: History) -> History:
    return replace(history, changes=(*history.changes, change(3, 5.0, None, "pending", share="B", writer="api")))


def _shown_twice(history: History) -> History:
    readings = (*without(history, side="api", round=2), reading("api", 2, RECORD, RECORD))
    return replace(history, readings=readings)


def _unasked_effect(history: History) -> History:
    return replace(history, effects=(*history.effects, effect(2, 2.5, name="b", mark=None)))


def _unasked_size(history: History) -> History:
    return replace(history, effects=(effect(1, 2.0, size=5),))


def _made_before_asked(history: History) -> History:
    return replace(history, effects=(effect(1, 0.5),))


def _never_recorded(history: History) -> History:
    return replace(history, changes=())


def _removed_silently(history: History) -> History:
    return replace(history, changes=(history.changes[0], change(2, 3.0, "pending", None)))


def _failed_without_reason(history: History) -> History:
    rest = (change(2, 3.0, "pending", "failing"), change(3, 3.5, "failing", None))
    return replace(history, changes=(history.changes[0], *rest))


def _vanished_from_the_api(history: History) -> History:
    return replace(history, readings=(*without(history, side="api", round=2), reading("api", 2)))


def _back_from_failing(history: History) -> History:
    rest = (change(2, 2.0, "pending", "failing", reason="x"), change(3, 3.0, "failing", "active"))
    return replace(history, changes=(history.changes[0], *rest))


def _gap_in_the_path(history: History) -> History:
    return replace(history, changes=(*history.changes, change(3, 5.0, "updating", "active")))


def _read_backwards(history: History) -> History:
    later = op(3, 6.0, OpKind.GET, status=200, state="pending", key=None)
    return replace(history, ops=(*history.ops, later))


def _active_before_it_was_made(history: History) -> History:
    return replace(history, effects=(effect(1, 9.0),))


def _half_made_and_active(history: History) -> History:
    return replace(history, effects=(effect(1, 2.0, EffectKind.HALF_CREATED),))


def _removed_while_active(history: History) -> History:
    return replace(history, effects=(*history.effects, effect(2, 8.0, EffectKind.DELETED)))


def _active_with_another_size(history: History) -> History:
    other = reading("north", 1, replace(ON_CLUSTER, size=7))
    return replace(history, readings=(*without(history, side="north", round=1), other))


def _one_key_two_records(history: History) -> History:
    return replace(history, ops=(*history.ops, op(3, 6.0, key="key-1", share="B", duplicate_of=1)))


def _reuse_accepted(history: History) -> History:
    return replace(history, ops=(*history.ops, op(3, 6.0, key="key-1", body_differs=True, size=2 * GIB)))


def _one_request_two_effects(history: History) -> History:
    twice = (effect(2, 2.2, EffectKind.DELETED), effect(3, 2.4, incarnation=2, request_id="request-1"))
    return replace(history, effects=(*history.effects, *twice))


def _refused_and_made(history: History) -> History:
    return replace(history, ops=(op(1, 1.0, result=OpResult.FAIL, status=409, share=None),), changes=())


def _failed_and_there(history: History) -> History:
    rest = (change(2, 3.0, "pending", "failing", reason="no"), change(3, 4.0, "failing", None))
    return replace(history, changes=(history.changes[0], *rest))


def _came_to_life_after_failing(history: History) -> History:
    return replace(_failed_and_there(history), effects=(effect(1, 9.0, late=True),))


def _deleted_and_there(history: History) -> History:
    gone = (change(3, 5.0, "active", "deleting", writer="api"), change(4, 6.0, "deleting", None))
    return replace(history, changes=(*history.changes, *gone))


def _late_delete_hits_a_newer_share(history: History) -> History:
    newer = effect(3, 7.0, incarnation=2, mark="spool/B")
    died = effect(4, 8.0, EffectKind.DELETED, incarnation=2, request_id="old-delete", mark="spool/B")
    old = attempt(2, 5.0, verb="delete", request_id="old-delete")
    return replace(
        history,
        effects=(*history.effects, effect(2, 6.0, EffectKind.DELETED), newer, died),
        attempts=(*history.attempts, old),
    )


def _active_then_failed(history: History) -> History:
    return replace(history, changes=(*history.changes, change(3, 5.0, "active", "failing", reason="x")))


def _promised_to_two(history: History) -> History:
    return replace(history, ops=(*history.ops, op(3, 6.0, key="other", share="A")))


def _message_left_over(history: History) -> History:
    sample = replace(history.samples[0], value=2.0)
    return replace(history, samples=(sample,))


def _made_again_after_the_end(history: History) -> History:
    again = (effect(2, 8.0, EffectKind.DELETED), effect(3, 9.0, incarnation=2))
    return replace(history, effects=(*history.effects, *again))


def _removed_by_the_api(history: History) -> History:
    gone = (change(3, 5.0, "active", "deleting", writer="api"), change(4, 6.0, "deleting", None, writer="api"))
    return replace(history, changes=(*history.changes, *gone))


def _gone_without_removal(history: History) -> History:
    missing = op(3, 6.0, OpKind.GET, status=404, result=OpResult.FAIL, share=None, state=None, key=None)
    return replace(history, ops=(*history.ops, missing))


def _delete_accepted_while_pending(history: History) -> History:
    return replace(history, ops=(*history.ops, op(3, 1.5, OpKind.DELETE)))


def _api_moved_a_pending_record(history: History) -> History:
    return replace(history, changes=(history.changes[0], change(2, 1.5, "pending", "deleting", writer="api")))


def _still_pending(history: History) -> History:
    stuck = reading("api", 1, replace(RECORD, state="pending"))
    return replace(history, readings=(*without(history, side="api", round=1), stuck))


def _orphan(history: History) -> History:
    orphan = SeenShare(location="north", name="zombie", size=GIB)
    return replace(
        history, readings=(*without(history, side="north", round=2), reading("north", 2, ON_CLUSTER, orphan))
    )


def _half_made_left(history: History) -> History:
    half = reading("north", 1, replace(ON_CLUSTER, complete=False))
    return replace(history, readings=(*without(history, side="north", round=1), half))


def _active_and_absent(history: History) -> History:
    return replace(history, readings=(*without(history, side="north", round=2), reading("north", 2)))


def _session_left(history: History) -> History:
    left = reading("north", 2, ON_CLUSTER, sessions=1)
    return replace(history, readings=(*without(history, side="north", round=2), left))


def _answered_too_late(history: History) -> History:
    return replace(history, attempts=(attempt(1, 1.5, ended_at=9.0, code=Code.TIMEOUT),))


def _unclear_and_pending(history: History) -> History:
    unclear = op(3, 6.0, result=OpResult.INFO, status=504, name="b", share=None)
    stuck = reading("api", 2, RECORD, SeenShare(location="north", name="b", share="B", state="pending"))
    return replace(history, ops=(*history.ops, unclear), readings=(*without(history, side="api", round=2), stuck))


def _unclear_and_orphaned(history: History) -> History:
    unclear = op(3, 6.0, result=OpResult.INFO, status=504, name="b", share=None)
    orphan = reading("north", 2, ON_CLUSTER, SeenShare(location="north", name="b", size=GIB))
    return replace(history, ops=(*history.ops, unclear), readings=(*without(history, side="north", round=2), orphan))


def _timeout_without_origin(history: History) -> History:
    late = attempt(9, 1.5, code=Code.TIMEOUT, result=OpResult.INFO, site=Site.CONNECTOR_REPLY)
    return replace(history, attempts=(*history.attempts, late))


def _timeout_with_two_origins(history: History) -> History:
    told = [timeout(number, attempt=9) for number in (1, 2)]
    return replace(_timeout_without_origin(history), timeouts=tuple(told))


def _timeout_at_the_wrong_site(history: History) -> History:
    wrong = timeout(1, attempt=9, site=Site.SSH_BANNER, injected="lost")
    return replace(_timeout_without_origin(history), timeouts=(wrong,))


def _nobody_told(history: History) -> History:
    return replace(history, has_notices=True)


def _told_too_early(history: History) -> History:
    return replace(history, has_notices=True, notices=(notice(1, 2.0), notice(2, 4.0)))


def _one_dedupe_id_for_two(history: History) -> History:
    other = notice(2, 4.0, outcome="removed")
    return replace(history, has_notices=True, notices=(notice(1, 4.0), other))


SPOILS: list[tuple[str, Spoil]] = [
    ("S1", _second_life),
    ("S1", _second_record),
    ("S1", _shown_twice),
    ("S2", _unasked_effect),
    ("S2", _unasked_size),
    ("S2", _made_before_asked),
    ("S3", _never_recorded),
    ("S3", _removed_silently),
    ("S3", _failed_without_reason),
    ("S3", _vanished_from_the_api),
    ("S4", _back_from_failing),
    ("S4", _gap_in_the_path),
    ("S4", _read_backwards),
    ("S5", _active_before_it_was_made),
    ("S5", _half_made_and_active),
    ("S5", _removed_while_active),
    ("S5", _active_with_another_size),
    ("S6", _one_key_two_records),
    ("S6", _reuse_accepted),
    ("S6", _one_request_two_effects),
    ("S7", _refused_and_made),
    ("S7", _failed_and_there),
    ("S7", _came_to_life_after_failing),
    ("S8", _deleted_and_there),
    ("S8", _late_delete_hits_a_newer_share),
    ("S9", _active_then_failed),
    ("S9", _promised_to_two),
    ("S10", _message_left_over),
    ("S10", _made_again_after_the_end),
    ("S11", _removed_by_the_api),
    ("S11", _gone_without_removal),
    ("S12", _delete_accepted_while_pending),
    ("S12", _api_moved_a_pending_record),
    ("L1", _still_pending),
    ("L2", _orphan),
    ("L2", _half_made_left),
    ("L2", _active_and_absent),
    ("L2", _session_left),
    ("T1", _answered_too_late),
    ("L3", _unclear_and_pending),
    ("L3", _unclear_and_orphaned),
    ("T3", _timeout_without_origin),
    ("T3", _timeout_with_two_origins),
    ("T3", _timeout_at_the_wrong_site),
    ("N1", _nobody_told),
    ("N1", _told_too_early),
    ("N1", _one_dedupe_id_for_two),
]


@pytest.mark.parametrize(("invariant", "spoil"), SPOILS, ids=[f"{name}{spoil.__name__}" for name, spoil in SPOILS])
def test_a_spoiled_history_is_invalid_with_witnesses(invariant: str, spoil: Spoil) -> None:
    found = finding(spoil(clean()), invariant)
    assert found.verdict is Verdict.INVALID
    assert found.anomalies
    for row in found.anomalies:
        assert row.witnesses
        assert all(witness.text for witness in row.witnesses)


def test_every_checker_has_a_history_that_it_must_fail() -> None:
    doubts_only = {"V1", "V2", "V3"}
    elsewhere = {"L4", "T2"}  # test_recovery.py, and below
    assert {name for name, _ in SPOILS} | doubts_only | elsewhere == {checker.invariant for checker in CHECKERS}


def test_an_inner_deadline_that_outlasts_the_outer_one_is_an_anomaly() -> None:
    found = finding(clean(), "T2", Bounds(limits={"client": 2.0, "gateway": 3.0}))
    assert found.verdict is Verdict.INVALID
    assert "gateway may take 3 s, and client, who waits for it, gives up after 2 s" in found.anomalies[0].message


def test_work_that_was_given_up_and_carried_out_is_counted() -> None:
    given_up = attempt(7, 1.0, hop=Hop.CLIENT, op=1, share=None, result=OpResult.INFO)
    found = finding(replace(clean(), attempts=(*clean().attempts, given_up)), "T2")
    assert found.summary == "holds: 1 tries were given up and carried out all the same"


def test_what_was_unclear_before_the_first_fault_makes_the_run_unknown() -> None:
    unclear = op(3, 5.0, result=OpResult.INFO, status=504, name="b", share=None)
    history = replace(clean(), ops=(*clean().ops, unclear))
    assert finding(history, "V3", Bounds(disturbed=((6.0, 9.0),))).verdict is Verdict.UNKNOWN
    assert finding(history, "V3", Bounds(disturbed=((5.0, 9.0),))).verdict is Verdict.VALID


def test_without_an_effect_log_the_verdict_says_that_it_sees_less() -> None:
    assert "which see less" in finding(replace(clean(), has_effect_log=False, effects=()), "V2").summary


BLIND: list[tuple[str, Spoil]] = [
    ("S1", _shown_twice),
    ("S5", _active_and_absent),
    ("S7", _refused_and_made),
    ("S8", _deleted_and_there),
]


@pytest.mark.parametrize(("invariant", "spoil"), BLIND)
def test_the_weaker_form_finds_what_readings_show(invariant: str, spoil: Spoil) -> None:
    spoiled = replace(spoil(clean()), has_effect_log=False, effects=())
    assert finding(spoiled, invariant).verdict is Verdict.INVALID


def test_the_weaker_form_passes_a_clean_history() -> None:
    found = judge(replace(clean(), has_effect_log=False, effects=()), Bounds())
    assert [row.anomalies for row in found if row.anomalies] == []


def test_an_unclear_create_that_took_effect_is_no_anomaly() -> None:
    history = replace(clean(), ops=(op(1, 1.0, result=OpResult.INFO, status=504, share=None, state=None),))
    assert verdict_of(judge(history, Bounds())) is Verdict.VALID


def test_an_unclear_create_that_never_took_effect_is_no_anomaly() -> None:
    lost = op(3, 5.0, result=OpResult.INFO, status=None, share=None, name="never", state=None)
    assert verdict_of(judge(replace(clean(), ops=(*clean().ops, lost)), Bounds())) is Verdict.VALID


def test_a_repetition_that_never_left_its_client_was_not_answered_in_another_way() -> None:
    history = clean()
    unsent = replace(
        history.ops[0], number=99, result=OpResult.FAIL, status=None, share=None, cause="connection-refused"
    )
    assert finding(replace(history, ops=(*history.ops, unsent)), "S6").verdict is Verdict.VALID


def test_a_failed_create_that_was_cleaned_up_is_valid() -> None:
    died = effect(2, 3.5, EffectKind.DELETED)
    gone = tuple(reading(side, round) for round in (1, 2) for side in ("api", "north"))
    history = replace(_failed_and_there(clean()), effects=(effect(1, 2.0), died), readings=gone, ops=clean().ops[:1])
    assert verdict_of(judge(history, Bounds())) is Verdict.VALID


def test_an_effect_after_every_deadline_is_excused_where_the_sweeper_removed_it() -> None:
    swept = (effect(1, 9.0, late=True), effect(2, 11.0, EffectKind.DELETED))
    assert finding(replace(_failed_and_there(clean()), effects=swept), "S7").verdict is Verdict.VALID
    in_time = (effect(1, 9.0), effect(2, 11.0, EffectKind.DELETED))
    assert finding(replace(_failed_and_there(clean()), effects=in_time), "S7").verdict is Verdict.INVALID


def test_a_wiped_cluster_is_not_the_pipelines_anomaly() -> None:
    wiped = effect(2, 8.0, EffectKind.WIPED, request_id=None)
    readings = (*without(clean(), side="north", round=1), reading("north", 1))
    history = replace(clean(), effects=(*clean().effects, wiped), readings=readings)
    assert finding(history, "S5").verdict is Verdict.VALID
    assert finding(history, "L2").verdict is Verdict.VALID


def test_the_name_may_be_used_again_after_a_delete() -> None:
    again = clean()
    changes = (
        *again.changes,
        change(3, 5.0, "active", "deleting", writer="api"),
        change(4, 6.0, "deleting", None),
        change(5, 7.0, None, "pending", share="B", writer="api"),
        change(6, 9.0, "pending", "active", share="B"),
    )
    effects = (*again.effects, effect(2, 5.5, EffectKind.DELETED), effect(3, 8.0, incarnation=2, mark="spool/B"))
    ops = (*again.ops, op(3, 4.95, OpKind.DELETE), op(4, 7.0, share="B"))
    record = replace(RECORD, share="B")
    readings = tuple(
        reading(side, round, record if side == "api" else replace(ON_CLUSTER, mark="spool/B"))
        for round in (1, 2)
        for side in ("api", "north")
    )
    history = replace(again, changes=changes, effects=effects, ops=ops, readings=readings)
    found = judge(history, Bounds())
    assert [(row.invariant, row.anomalies) for row in found if row.anomalies] == []


def test_a_hop_that_the_nemesis_stopped_is_excused_from_its_deadline() -> None:
    killed = NemesisAction(number=1, at=3.0, action="pause", target="processor")
    history = replace(_answered_too_late(clean()), nemesis=(killed,))
    assert finding(history, "T1").verdict is Verdict.VALID


def test_what_is_late_on_a_starved_machine_is_a_doubt_and_no_anomaly() -> None:
    late = _answered_too_late(clean())
    starved = replace(late, samples=(*late.samples, Sample(at=5.0, metric="harness.lag", value=0.4)))
    found = finding(starved, "T1")
    assert (found.verdict, found.anomalies) == (Verdict.UNKNOWN, ())
    elsewhere = replace(late, samples=(*late.samples, Sample(at=15.0, metric="harness.lag", value=0.4)))
    assert finding(elsewhere, "T1").verdict is Verdict.INVALID


def test_a_promised_fault_that_did_not_occur_makes_the_verdict_unknown() -> None:
    found = judge(clean(), Bounds(expect={"lost": 2}))
    assert verdict_of(found) is Verdict.UNKNOWN
    assert "lost struck 1 times, the scenario asks for 2" in next(row for row in found if row.invariant == "V1").summary


def test_a_reading_that_failed_makes_rest_and_cleanness_unknown() -> None:
    unread = reading("api", 1, ok=False)
    history = replace(clean(), readings=(*without(clean(), side="api", round=1), unread))
    assert finding(history, "L1").verdict is Verdict.UNKNOWN
    history = replace(clean(), readings=(*without(clean(), side="north", round=2), reading("north", 2, ok=False)))
    assert finding(history, "L2").verdict is Verdict.UNKNOWN


def test_an_interrupted_run_cannot_tell_whether_it_would_come_to_rest() -> None:
    assert finding(_still_pending(clean()), "L1", Bounds(interrupted=True)).verdict is Verdict.UNKNOWN


def test_without_an_effect_log_the_invariants_that_need_it_are_not_judged() -> None:
    history = replace(clean(), has_effect_log=False, effects=())
    found = finding(history, "S10")
    assert not found.judged
    assert "effect logs" in found.summary


def test_a_checker_that_crashes_says_unknown() -> None:
    def crash(evidence: Evidence) -> Iterable[Anomaly]:
        raise ZeroDivisionError("boom")

    found = ask(Checker(invariant="X", title="x", find=crash), Evidence(clean()))
    assert found.verdict is Verdict.UNKNOWN
    assert "ZeroDivisionError: boom" in found.summary


def test_many_anomalies_are_counted_and_the_first_are_shown() -> None:
    effects = tuple(effect(number, 2.0, name=f"ghost-{number}", mark=None) for number in range(100))
    found = finding(replace(clean(), effects=(*clean().effects, *effects)), "S2")
    assert found.summary == "100 anomalies"
    assert len(found.anomalies) == 25


def test_witnesses_stand_in_the_order_of_their_instants() -> None:
    row = finding(_failed_and_there(clean()), "S7").anomalies[0]
    assert [witness.kind for witness in row.witnesses] == [RowKind.EFFECT, RowKind.CHANGE, RowKind.CHANGE]


@pytest.mark.parametrize("collects", [True, False])
def test_judging_leaves_garbage_collection_as_it_was(collects: bool) -> None:
    was = gc.isenabled()
    try:
        (gc.enable if collects else gc.disable)()
        judge(clean(), Bounds())
        assert gc.isenabled() is collects
    finally:
        (gc.enable if was else gc.disable)()
