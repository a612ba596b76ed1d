"""What holds for all checkers together, and the histories that concern several of them."""

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
    EffectKind,
    OpKind,
    OpResult,
    PartEnd,
)
from reports.verdicts import Anomaly, RowKind, Verdict
from tests.harness.checkers.histories import (
    ON_CLUSTER,
    RECORD,
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
    crashed,
    deleted_and_there,
    failed_and_there,
    refused_and_made,
    refused_as_pending,
    shown_twice,
)


def test_a_clean_history_is_valid_for_every_checker() -> None:
    found = run_checkers(clean(), Bounds(limits={"client": 5.0, "gateway": 3.0, "processor": 4.0}, expect={"lost": 1}))
    idle = {
        "S13",
        "S14",
        "S15",
        "S16",
        "S17",
        "L4",
        "T3",
        "N1",
        "V3",
    }  # nothing was held, bounded, disturbed, timed out or notified
    assert {row.invariant: row.verdict for row in found if row.judged} == {
        checker.invariant: Verdict.VALID for checker in CHECKERS if checker.invariant not in idle
    }
    assert all(row.summary.startswith("not judged: ") for row in found if row.invariant in idle)
    assert verdict_of(found) is Verdict.VALID


def test_every_checker_has_a_history_that_it_must_fail() -> None:
    doubts_only = {"V1", "V2", "V3"}
    elsewhere = {"S13", "S14", "S15", "S16", "S17", "L4", "T2"}  # in tests of their own, and below
    assert {name for name, _ in SPOILS} | doubts_only | elsewhere == {checker.invariant for checker in CHECKERS}


_KILLED = PartEnd(number=1, at=2.5, part="processor", signal="SIGKILL")


def test_a_promise_that_holds_through_any_crash_is_broken_after_an_unplanned_end_too() -> None:
    assert finding(replace(failed_and_there(clean()), part_ends=(_KILLED,)), "S7").verdict is Verdict.INVALID


def test_the_witness_of_an_unplanned_end_quotes_the_log() -> None:
    (row,) = finding(crashed(clean()), "V4").anomalies
    assert row.message == "the processor ended unplanned: exit status 1"
    assert row.witnesses[0].text == "the processor ended: exit status 1; its log ends:\n    MemoryError"


def test_without_an_effect_log_the_verdict_says_that_it_sees_less() -> None:
    said = finding(replace(clean(), has_effect_log=False, effects=()), "V2").summary
    assert said.startswith("no effect log: S10 not judged; S1, ")
    assert said.endswith("judged in a weaker form, which sees less, or nothing")


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


def test_a_refusal_of_the_moment_may_change_while_what_was_decided_may_not() -> None:
    history = clean()
    exists = replace(refused_as_pending(4, 6.0), cause="share-exists", state="active")
    accepted = replace(op(5, 7.0, share="B", state="pending"), key="key-3")
    for ops in ((refused_as_pending(3, 1.5), exists), (refused_as_pending(3, 1.5), exists, accepted)):
        assert finding(replace(history, ops=(*history.ops, *ops)), "S6").verdict is Verdict.VALID


def test_the_checker_knows_which_refusals_the_reference_pipeline_keeps() -> None:
    assert {cause.value for cause, entry in catalogue().items() if entry.kept} == DECIDED


def test_a_failed_create_that_was_cleaned_up_is_valid() -> None:
    died = effect(2, 3.5, EffectKind.DELETED)
    gone = tuple(reading(side, round) for round in (1, 2) for side in ("api", "north"))
    history = replace(failed_and_there(clean()), effects=(effect(1, 2.0), died), readings=gone, ops=clean().ops[:1])
    assert verdict_of(run_checkers(history, Bounds())) is Verdict.VALID


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


def test_a_promised_fault_that_did_not_occur_makes_the_verdict_unknown() -> None:
    found = run_checkers(clean(), Bounds(expect={"lost": 2}))
    assert verdict_of(found) is Verdict.UNKNOWN
    assert "lost struck 1 time, the scenario asks for 2" in next(row for row in found if row.invariant == "V1").summary


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
