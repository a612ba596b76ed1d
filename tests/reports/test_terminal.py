"""The terminal summary shows verdict, reason and witnesses, at any width."""

import re
from io import StringIO

import pytest
from rich.console import Console

from connector.values import replace
from reports.history import History
from reports.invariants import PROMISES
from reports.terminal import print_summary
from reports.verdicts import Anomaly, Finding, GateResult, Verdict
from tests.reports.sample import AWAY, journal


def summary(width: int = 100, **fields: object) -> str:
    out = StringIO()
    print_summary(replace(journal(), **fields), Console(file=out, width=width))  # type: ignore[arg-type]  # test fields
    return out.getvalue()


def test_an_invalid_run_tells_the_anomaly_with_its_witnesses() -> None:
    text = summary()
    assert "INVALID" in text
    assert "S7  north/share-0007: its create was reported failed" in text
    assert "13.000 s  cluster north: share-0007 created (life 1)" in text


def test_a_violated_invariant_has_its_sentence_and_the_command_that_explains_it() -> None:
    text = summary(width=400)
    assert f"S7  {PROMISES['S7'].sentence} (spoolproof explain S7)" in text


def test_a_valid_run_says_what_became_of_the_shares() -> None:
    text = summary(verdict=Verdict.VALID, findings=(), width=400)
    assert "of 300 shares, 280 ended active and 20 removed" in text


def test_a_cluster_that_was_away_is_among_what_broke_though_no_fault_struck() -> None:
    text = summary(verdict=Verdict.VALID, findings=(), history=History(), phases=AWAY, width=400)
    assert "1 brownout of north, 1 crash south" in text
    assert "Under 2 faults, every accepted create" in text


def test_every_broken_invariant_is_told_once_before_any_is_told_twice() -> None:
    names = ("S1", "S2", "S3", "L4")
    findings = tuple(
        Finding(
            invariant=name,
            title=f"promise {name}",
            verdict=Verdict.INVALID,
            anomalies=tuple(Anomaly(invariant=name, message=f"{name} breaks, case {n}") for n in (1, 2)),
        )
        for name in names
    )
    text = summary(findings=findings)
    assert all(f"{name}  {name} breaks, case 1" in text for name in names)
    assert "case 2" not in text
    assert "… and 4 more anomalies in the report" in text


@pytest.mark.parametrize("width", [40, 80, 200])
def test_it_fits_any_width(width: int) -> None:
    assert max(len(line) for line in summary(width).splitlines()) <= width


def test_of_a_service_without_a_log_of_commands_it_says_that_its_timeouts_are_not_known() -> None:
    closed = summary(history=replace(journal().history, has_commands=False), width=400)
    assert re.search(r"timeouts +\d+ .*; of the service's commands: not known", closed)
    silent = summary(history=replace(journal().history, has_commands=False, timeouts=()), width=400)
    assert re.search(r"timeouts +none of clients; of the service's commands: not known", silent)


def test_markup_in_a_scenario_name_is_only_text() -> None:
    assert "[bold]x" in summary(scenario="[bold]x")


def test_nothing_in_a_journal_moves_the_cursor() -> None:
    gate = GateResult(expression="\x1b[1mp99", metric="op", phase="", value=1.0, threshold=2.0, passed=False)
    anomaly = Anomaly(invariant="S1", message="\x1b]0;title\x07", witnesses=())
    finding = Finding(invariant="S1", title="\x1b[H", verdict=Verdict.INVALID, anomalies=(anomaly,))
    text = summary(scenario="a\x1b[2Jb", gates=(gate,), findings=(finding,), notes=("\rnote",))
    assert not set(text) & {"\x1b", "\x07", "\x9b", "\r"}
    assert "a\\x1b[2Jb" in text
