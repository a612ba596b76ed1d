"""Every shipped scenario, in each world that needs no sockets: it ends as it says, gates and all."""

import json
from pathlib import Path
from typing import Any

import pytest

from connector.values import replace
from harness.cli.entry import invoke
from harness.differential.agreement import agreement
from harness.gates import evaluate
from harness.scenario.parse import read_scenario, shipped_scenarios
from harness.scenario.scenario import Comparison, Percentile, Statistic
from reports.history import History, OpResult
from reports.journal import read_journal

WORLDS = ("virtual", "model")
STORMS = sorted(name for name in shipped_scenarios() if name.startswith("retry_storm"))
"""They show promises that the blocking design breaks."""
UNORDERED = {"distributed"}
"""Which of two processors a broker gives a message to is no promise, and each may have other connections open."""
PLAYED = sorted(set(shipped_scenarios()) - set(STORMS))


def played(name: str, world: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    exit = invoke(["run", name, "--world", world, "--json", "--out", str(folder)])
    (run,) = json.loads(capsys.readouterr().out)["runs"]
    return exit, run


@pytest.mark.parametrize("name", PLAYED)
def test_a_shipped_scenario_is_valid_passes_its_gates_and_has_one_history_in_both_worlds(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for world in WORLDS:
        exit, run = played(name, world, tmp_path / world, capsys)
        assert exit == 0, run
    virtual, model = (read_journal(tmp_path / world / "journal.json").history for world in WORLDS)
    assert len(model.effects) > 10
    if name not in UNORDERED:
        found = agreement(model, virtual)
        assert found.holds, found.differences[:3]


_AT_ONCE = 3.0
"""Seconds. What is done in milliseconds can take so long while other programs have the processor."""


@pytest.mark.parametrize("name", sorted(set(shipped_scenarios()) - {"capacity"}))  # its gates are there to fail
def test_no_gate_of_a_shipped_scenario_measures_the_machine(name: str) -> None:
    for gate in read_scenario(shipped_scenarios()[name]).gates:
        if gate.comparison not in {Comparison.BELOW, Comparison.AT_MOST}:
            continue
        if isinstance(gate.statistic, Percentile):
            assert gate.threshold >= _AT_ONCE * (1 if gate.statistic.percent <= 50 else 5), gate.expression
        elif gate.statistic in {Statistic.MEAN, Statistic.MAX, Statistic.MIN}:
            assert gate.threshold >= _AT_ONCE * 5, gate.expression
        else:
            assert gate.threshold > 0, gate.expression


def test_the_gates_of_the_demo_fail_where_its_pipeline_does(tmp_path: Path) -> None:
    assert invoke(["run", "demo", "--world", "model", "--out", str(tmp_path / "out")]) == 0
    journal = read_journal(tmp_path / "out" / "journal.json")
    gates = read_scenario(shipped_scenarios()["demo"]).gates

    def failed(history: History) -> list[str]:
        results = evaluate(gates, history, journal.phases, load_ends=journal.load_ends)
        return [row.expression for row in results if not row.passed]

    refused = tuple(replace(op, result=OpResult.FAIL, status=503) for op in journal.history.ops)
    assert failed(journal.history) == []
    assert failed(replace(journal.history, changes=())) == ["count(goodput) > 40", "p90(create.active) < 30s"]
    assert "ratio(errors) < 20%" in failed(replace(journal.history, ops=refused))


@pytest.mark.soak
@pytest.mark.timeout(600)
@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("name", STORMS)
def test_a_storm_breaks_the_promises_of_the_blocking_design_and_no_gate(
    name: str, world: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exit, run = played(name, world, tmp_path / "out", capsys)
    assert exit == 1, run
