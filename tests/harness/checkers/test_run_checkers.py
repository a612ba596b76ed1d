"""Each checker passes a clean history and fails the history that its invariant forbids, with its witnesses."""

import gc
from collections.abc import Iterable

import pytest

from connector.values import replace
from harness.checkers.checker import Checker, run_safely
from harness.checkers.history_index import Bounds, HistoryIndex
from harness.checkers.replay_safety import DECIDED
from harness.checkers.run_checkers import CHECKERS, run_checkers, verdict_of
from pipeline.problems import catalogue
from reports.history import (
    Effect,
    EffectKind,
    History,
    Hop,
    NemesisAction,
    OpKind,
    OpResult,
    PartEnd,
    Sample,
    SeenShare,
)
from reports.verdicts import Anomaly, RowKind, Verdict
from tests.harness.checkers.histories import (
    ON_CLUSTER,
    RECORD,
    attempt,
    change,
    clean,
    effect,
    finding,
    op,
    reading,
    without,
)
from tests.harness.checkers.spoils import (
    SPOILS,
    Spoil,
    active_and_absent,
    answered_too_late,
    crashed,
    deleted_and_there,
    failed_and_there,
    refused_and_made,
    refused_as_pending,
    shown_twice,
    still_pending,
)


def test_a_clean_history_is_valid_for_every_checker() -> None:
    found = run_checkers(clean(), Bounds(limits={"client": 5.0, "gateway": 3.0, "processor": 4.0}, expect={"lost": 1}))
    idle = {"L4", "T3", "N1", "V3"}  # nothing was disturbed, timed out or notified
    assert {row.invariant: row.verdict for row in found if row.judged} == {
        checker.invariant: Verdict.VALID for checker in CHECKERS if checker.invariant not in idle
    }
    assert all(row.summary.startswith("not judged: ") for row in found if row.invariant in idle)
    assert verdict_of(found) is Verdict.VALID


@pytest.mark.parametrize(("invariant", "spoil"), SPOILS, ids=[f"{name}_{spoil.__name__}" for name, spoil in SPOILS])
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


_KILLED = PartEnd(number=1, at=2.5, part="processor", signal="SIGKILL")


@pytest.mark.parametrize("signal", ["SIGKILL", "SIGTERM", "SIGHUP", "signal 40"])
def test_a_part_that_a_signal_from_outside_ended_makes_a_run_unknown(signal: str) -> None:
    history = replace(clean(), part_ends=(replace(_KILLED, signal=signal),))
    assert finding(history, "V4").verdict is Verdict.UNKNOWN
    assert verdict_of(run_checkers(history, Bounds())) is Verdict.UNKNOWN


@pytest.mark.parametrize("signal", ["SIGSEGV", "SIGABRT", "SIGBUS"])
def test_a_part_that_a_fault_of_its_own_ended_makes_a_run_invalid_whatever_else_ended_too(signal: str) -> None:
    history = replace(clean(), part_ends=(_KILLED, replace(_KILLED, number=2, at=3.0, signal=signal)))
    assert finding(history, "V4").verdict is Verdict.INVALID


def test_an_exit_with_status_0_that_nothing_asked_for_is_no_success() -> None:
    history = replace(clean(), part_ends=(replace(_KILLED, status=0, signal=None),))
    assert finding(history, "V4").verdict is Verdict.UNKNOWN


def test_what_did_not_come_to_rest_after_an_unplanned_end_is_not_held_against_the_pipeline() -> None:
    found = finding(replace(still_pending(clean()), part_ends=(_KILLED,)), "L1")
    assert found.verdict is Verdict.UNKNOWN
    assert found.anomalies
    assert found.summary == "1 anomaly, perhaps only because the processor ended unplanned at 2.50 s"


def test_a_promise_that_holds_through_any_crash_is_broken_after_an_unplanned_end_too() -> None:
    assert finding(replace(failed_and_there(clean()), part_ends=(_KILLED,)), "S7").verdict is Verdict.INVALID


def test_a_deadline_that_a_part_missed_as_it_ended_is_no_finding_of_its_own() -> None:
    history = answered_too_late(clean())
    assert finding(history, "T1").verdict is Verdict.INVALID
    assert finding(replace(history, part_ends=(_KILLED,)), "T1").verdict is Verdict.VALID


def test_the_witness_of_an_unplanned_end_quotes_the_log() -> None:
    (row,) = finding(crashed(clean()), "V4").anomalies
    assert row.message == "the processor ended unplanned: exit status 1"
    assert row.witnesses[0].text == "the processor ended: exit status 1; its log ends:\n    MemoryError"


def test_without_an_effect_log_the_verdict_says_that_it_sees_less() -> None:
    said = finding(replace(clean(), has_effect_log=False, effects=()), "V2").summary
    assert said.startswith("no effect log: S10 not judged; S1, ")
    assert said.endswith("judged in a weaker form, which sees less")


BLIND: list[tuple[str, Spoil]] = [
    ("S1", shown_twice),
    ("S5", active_and_absent),
    ("S7", refused_and_made),
    ("S8", deleted_and_there),
]


@pytest.mark.parametrize(("invariant", "spoil"), BLIND)
def test_the_weaker_form_finds_what_readings_show(invariant: str, spoil: Spoil) -> None:
    spoiled = replace(spoil(clean()), has_effect_log=False, effects=())
    assert finding(spoiled, invariant).verdict is Verdict.INVALID


def test_the_weaker_form_passes_a_clean_history() -> None:
    found = run_checkers(replace(clean(), has_effect_log=False, effects=()), Bounds())
    assert [row.anomalies for row in found if row.anomalies] == []


def test_an_unclear_create_that_took_effect_is_no_anomaly() -> None:
    history = replace(clean(), ops=(op(1, 1.0, result=OpResult.INFO, status=504, share=None, state=None),))
    assert verdict_of(run_checkers(history, Bounds())) is Verdict.VALID


def test_an_unclear_create_that_never_took_effect_is_no_anomaly() -> None:
    lost = op(3, 5.0, result=OpResult.INFO, status=None, share=None, name="never", state=None)
    assert verdict_of(run_checkers(replace(clean(), ops=(*clean().ops, lost)), Bounds())) is Verdict.VALID


def test_a_repetition_that_never_left_its_client_was_not_answered_in_another_way() -> None:
    history = clean()
    unsent = replace(
        history.ops[0], number=99, result=OpResult.FAIL, status=None, share=None, cause="connection-refused"
    )
    assert finding(replace(history, ops=(*history.ops, unsent)), "S6").verdict is Verdict.VALID


def test_a_refusal_of_the_moment_may_change_while_what_was_decided_may_not() -> None:
    history = clean()
    exists = replace(refused_as_pending(4, 6.0), cause="share-exists", state="active")
    accepted = replace(op(5, 7.0, share="B", state="pending"), key="key-3")
    for ops in ((refused_as_pending(3, 1.5), exists), (refused_as_pending(3, 1.5), exists, accepted)):
        assert finding(replace(history, ops=(*history.ops, *ops)), "S6").verdict is Verdict.VALID


def test_a_refusal_that_was_under_way_when_the_same_key_was_accepted_is_no_second_answer() -> None:
    history = clean()
    refused = replace(refused_as_pending(3, 1.05), key="key-1", completed_at=9.0)
    assert finding(replace(history, ops=(*history.ops, refused)), "S6").verdict is Verdict.VALID


def test_the_checker_knows_which_refusals_the_reference_pipeline_keeps() -> None:
    assert {cause.value for cause, entry in catalogue().items() if entry.kept} == DECIDED


def test_a_failed_create_that_was_cleaned_up_is_valid() -> None:
    died = effect(2, 3.5, EffectKind.DELETED)
    gone = tuple(reading(side, round) for round in (1, 2) for side in ("api", "north"))
    history = replace(failed_and_there(clean()), effects=(effect(1, 2.0), died), readings=gone, ops=clean().ops[:1])
    assert verdict_of(run_checkers(history, Bounds())) is Verdict.VALID


def test_an_effect_after_every_deadline_is_excused_where_the_sweeper_removed_it() -> None:
    swept = (effect(1, 9.0, late=True), effect(2, 11.0, EffectKind.DELETED))
    assert finding(replace(failed_and_there(clean()), effects=swept), "S7").verdict is Verdict.VALID
    in_time = (effect(1, 9.0), effect(2, 11.0, EffectKind.DELETED))
    assert finding(replace(failed_and_there(clean()), effects=in_time), "S7").verdict is Verdict.INVALID


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
    found = run_checkers(history, Bounds())
    assert [(row.invariant, row.anomalies) for row in found if row.anomalies] == []


def test_a_hop_that_the_nemesis_stopped_is_excused_from_its_deadline() -> None:
    killed = NemesisAction(number=1, at=3.0, action="pause", target="processor")
    history = replace(answered_too_late(clean()), nemesis=(killed,))
    assert finding(history, "T1").verdict is Verdict.VALID


@pytest.mark.parametrize(("resumed", "verdict"), [(4.0, Verdict.VALID), (0.5, Verdict.INVALID)])
def test_what_began_while_a_process_was_stopped_is_held_up_by_it_until_it_goes_on(
    resumed: float, verdict: Verdict
) -> None:
    slow = attempt(9, 1.0, hop=Hop.CLIENT, ended_at=9.0)
    nemesis = (
        NemesisAction(number=1, at=0.1, action="pause", target="gateway"),
        NemesisAction(number=2, at=0.2, action="kill", target="processor"),
        NemesisAction(number=3, at=0.3, action="restart", target="processor"),
        NemesisAction(number=4, at=resumed, action="resume", target="gateway"),
    )
    history = replace(clean(), attempts=(*clean().attempts, slow), nemesis=nemesis)
    assert finding(history, "T1").verdict is verdict


def test_what_is_late_on_a_starved_machine_is_a_doubt_and_no_anomaly() -> None:
    late = answered_too_late(clean())
    starved = replace(late, samples=(*late.samples, Sample(at=5.0, metric="harness.lag", value=0.4)))
    found = finding(starved, "T1")
    assert (found.verdict, found.anomalies) == (Verdict.UNKNOWN, ())
    elsewhere = replace(late, samples=(*late.samples, Sample(at=15.0, metric="harness.lag", value=0.4)))
    assert finding(elsewhere, "T1").verdict is Verdict.INVALID


def test_a_promised_fault_that_did_not_occur_makes_the_verdict_unknown() -> None:
    found = run_checkers(clean(), Bounds(expect={"lost": 2}))
    assert verdict_of(found) is Verdict.UNKNOWN
    assert "lost struck 1 times, the scenario asks for 2" in next(row for row in found if row.invariant == "V1").summary


def test_a_reading_that_failed_makes_rest_and_cleanness_unknown() -> None:
    unread = reading("api", 1, ok=False)
    history = replace(clean(), readings=(*without(clean(), side="api", round=1), unread))
    assert finding(history, "L1").verdict is Verdict.UNKNOWN
    history = replace(clean(), readings=(*without(clean(), side="north", round=2), reading("north", 2, ok=False)))
    assert finding(history, "L2").verdict is Verdict.UNKNOWN


def test_an_interrupted_run_cannot_tell_whether_it_would_come_to_rest() -> None:
    assert finding(still_pending(clean()), "L1", Bounds(interrupted=True)).verdict is Verdict.UNKNOWN


def test_without_an_effect_log_the_invariants_that_need_it_are_not_judged() -> None:
    history = replace(clean(), has_effect_log=False, effects=())
    found = finding(history, "S10")
    assert not found.judged
    assert (found.summary, found.lacks) == ("not judged: no effect log", ("effect log",))


def test_a_checker_that_crashes_says_unknown() -> None:
    def crash(index: HistoryIndex) -> Iterable[Anomaly]:
        raise ZeroDivisionError("boom")

    found = run_safely(Checker(invariant="X", title="x", find=crash), HistoryIndex(clean()))
    assert found.verdict is Verdict.UNKNOWN
    assert "ZeroDivisionError: boom" in found.summary


def test_many_anomalies_are_counted_and_the_first_are_shown() -> None:
    effects = tuple(effect(number, 2.0, name=f"ghost-{number}", mark=None) for number in range(100))
    found = finding(replace(clean(), effects=(*clean().effects, *effects)), "S2")
    assert found.summary == "100 anomalies"
    assert len(found.anomalies) == 25


def test_witnesses_stand_in_the_order_of_their_instants() -> None:
    row = finding(failed_and_there(clean()), "S7").anomalies[0]
    assert [witness.kind for witness in row.witnesses] == [RowKind.EFFECT, RowKind.CHANGE, RowKind.CHANGE]


@pytest.mark.parametrize("collects", [True, False])
def test_judging_leaves_garbage_collection_as_it_was(collects: bool) -> None:
    was = gc.isenabled()
    try:
        (gc.enable if collects else gc.disable)()
        run_checkers(clean(), Bounds())
        assert gc.isenabled() is collects
    finally:
        (gc.enable if was else gc.disable)()


def _with_foreign(*, later: SeenShare | None, effects: tuple[Effect, ...] = ()) -> History:
    """A clean history beside a share of another pipeline that was there before the load. later: what became of it."""
    history = clean()
    before = replace(ON_CLUSTER, name="other", mark="spool/s2/X")
    rest = () if later is None else (later,)
    readings = (
        reading("api", 0),
        reading("north", 0, before),
        *(reading("api", round, RECORD) for round in (1, 2)),
        *(reading("north", round, ON_CLUSTER, *rest) for round in (1, 2)),
    )
    return replace(history, readings=readings, effects=(*history.effects, *effects))


FOREIGN = replace(ON_CLUSTER, name="other", mark="spool/s2/X")


def test_a_share_that_was_there_before_the_load_is_neither_a_ghost_nor_left_behind() -> None:
    found = run_checkers(_with_foreign(later=FOREIGN), Bounds())
    assert [(row.invariant, row.anomalies) for row in found if row.anomalies] == []


def test_the_loss_of_a_share_that_was_there_before_the_load_is_an_anomaly_with_its_end_as_witness() -> None:
    died = effect(2, 9.0, EffectKind.DELETED, name="other", mark="spool/s2/X")
    [lost] = finding(_with_foreign(later=None, effects=(died,)), "L2").anomalies
    assert (lost.location, lost.name) == ("north", "other")
    assert "was there before the load" in lost.message
    assert len(lost.witnesses) == 3
    assert finding(replace(_with_foreign(later=None), has_effect_log=False, effects=()), "L2").anomalies


def test_a_share_that_was_there_before_the_load_may_not_be_changed_either() -> None:
    assert finding(_with_foreign(later=replace(FOREIGN, size=1)), "L2").anomalies
    assert finding(_with_foreign(later=replace(FOREIGN, mark="spool/s1/Y")), "L2").anomalies


def test_a_share_from_before_the_load_may_go_by_a_wipe_or_a_clients_order() -> None:
    wiped = effect(2, 9.0, EffectKind.WIPED, name="other", request_id=None, mark="spool/s2/X")
    assert finding(_with_foreign(later=None, effects=(wiped,)), "L2").anomalies == ()
    ordered = _with_foreign(later=None)
    asked = op(9, 8.0, OpKind.DELETE, name="other", share="X")
    assert finding(replace(ordered, ops=(*ordered.ops, asked)), "L2").anomalies == ()
