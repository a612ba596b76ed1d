"""Exit codes follow the verdict, and the object for scripts says what a script asks."""

import json
from pathlib import Path

import pytest

from connector.values import replace
from harness.cli.exits import Exit
from harness.cli.summary import RunReport, exit_of, run_object
from reports.journal import Journal, PhaseSpan, SpanKind
from reports.verdicts import Verdict
from tests.harness.cli.journals import journal


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (journal(), Exit.VALID),
        (journal(verdict=Verdict.INVALID, gate_failed=True), Exit.INVALID),
        (journal(verdict=Verdict.UNKNOWN, gate_failed=True), Exit.UNKNOWN),
        (journal(gate_failed=True), Exit.GATE_FAILED),
        (journal(interrupted=True), Exit.INTERRUPTED),
        (journal(interrupted=True, verdict=Verdict.INVALID), Exit.INTERRUPTED),
    ],
)
def test_the_exit_code_follows_the_verdict(given: Journal, code: Exit) -> None:
    assert exit_of(given) is code


def test_the_object_holds_every_run_and_the_gravest_exit() -> None:
    reports = [
        RunReport(journal=journal(), folder=Path("a")),
        RunReport(journal=journal(verdict=Verdict.INVALID, scenario="bad", gate_failed=True), folder=Path("b")),
    ]
    shown = json.loads(json.dumps(run_object(reports)))
    assert shown["exit"] == 1
    assert [(run["scenario"], run["verdict"], run["exit"]) for run in shown["runs"]] == [
        ("calm", "valid", 0),
        ("bad", "invalid", 1),
    ]
    assert shown["runs"][0]["journal"] == "a/journal.json"
    assert shown["runs"][0]["ops"] == 1
    assert shown["runs"][0]["findings"][0]["invariant"] == "S1"
    assert shown["runs"][0]["faults"] == {}
    assert shown["runs"][1]["gates"][0]["passed"] is False


def test_the_object_says_what_broke_also_where_no_fault_struck_a_call() -> None:
    away = PhaseSpan(name="crash south", begins=1.0, ends=2.0, disturbed=True, kind=SpanKind.NEMESIS)
    ran = RunReport(journal=replace(journal(), phases=(away,)), folder=Path("a"))
    assert run_object([ran])["runs"][0]["faults"] == {"crash south": 1}
