"""Every shipped scenario, in each world that needs no sockets: it ends as it says, gates and all."""

import json
from pathlib import Path
from typing import Any

import pytest

from harness.cli.entry import invoke
from harness.scenario.parse import shipped_scenarios

WORLDS = ("virtual", "model")
STORMS = sorted(name for name in shipped_scenarios() if name.startswith("retry_storm"))
"""They show promises that the blocking design breaks."""
NOT_IN_THE_MODEL = {"crash_after_effect", "flaky_network"}
"""They need crash points, or toxics: the model world notes that these met nothing, and V1 is unknown."""
PLAYED = sorted(set(shipped_scenarios()) - set(STORMS))


def played(name: str, world: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    exit = invoke(["run", name, "--world", world, "--json", "--out", str(folder)])
    (run,) = json.loads(capsys.readouterr().out)["runs"]
    return exit, run


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("name", PLAYED)
def test_a_shipped_scenario_is_valid_and_passes_its_gates(
    name: str, world: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exit, run = played(name, world, tmp_path / "out", capsys)
    if world == "model" and name in NOT_IN_THE_MODEL:
        assert exit == 2
        assert [row["invariant"] for row in run["findings"] if row["verdict"] == "unknown"] == ["V1"]
    else:
        assert exit == 0, run


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("name", STORMS)
def test_a_storm_breaks_the_promises_of_the_blocking_design_and_no_gate(
    name: str, world: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exit, run = played(name, world, tmp_path / "out", capsys)
    assert exit == 1, run
