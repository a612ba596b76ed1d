"""What a world skips is known before it is played."""

import asyncio
from pathlib import Path

import pytest

from harness.cli.entry import invoke
from harness.play.foreseen import foreseen
from harness.scenario.lint import lint
from harness.scenario.parse import parse_scenario
from harness.world_name import WorldName
from harness.worlds import open_world
from tests.harness.scenario.samples import CALM

TEXT = (
    CALM
    + """
[[toxics]]
link = "processor-north"
toxic = "latency"
latency = "1ms"

[[deliveries]]
what = "duplicate"
every = 2

[[nemesis]]
at = "100ms"
kind = "skew"
target = "api"
by = "10ms"
lasts = "100ms"

[[nemesis]]
at = "200ms"
kind = "kill"
target = "processor"
site = "store.commit.end.before"
lasts = "100ms"

[[nemesis]]
at = "300ms"
kind = "disconnect"
target = "north"
"""
)


@pytest.mark.parametrize("design", ["spool", "in-process"])
@pytest.mark.parametrize("world", list(WorldName))
def test_it_is_what_the_world_says_that_it_skipped(world: WorldName, design: str) -> None:
    scenario = parse_scenario(f'{TEXT}\n[pipeline]\ndesign = "{design}"\n', "x.toml")
    played = asyncio.run(open_world(world).play(scenario, seed=1))
    told = [remark.reason.removesuffix(": the verdict will be unknown") for remark in foreseen(scenario, world)]
    assert sorted(told) == sorted(played.skipped)
    assert bool(told) == (world in {WorldName.LIVE, WorldName.MODEL})


def test_lint_says_it_of_the_world_that_is_asked_for(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "x.toml"
    path.write_text(TEXT)
    assert invoke(["lint", str(path)]) == 0
    live = capfd.readouterr().out
    assert f"{path}:15: deliveries[0]: delivery 'duplicate_delivery': skipped: not supported in the live world" in live
    assert "the verdict will be unknown" in live
    assert "toxic" not in live
    assert invoke(["lint", str(path), "--world", "model"]) == 0
    assert "toxic 'latency' on processor-north: skipped" in capfd.readouterr().out
    assert invoke(["lint", str(path), "--world", "virtual"]) == 0
    assert "skipped" not in capfd.readouterr().out
    assert not [each for each in lint(parse_scenario(TEXT, "x.toml")) if "skipped" in each.problem.message]


def test_a_run_says_it_before_it_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("x.toml").write_text(TEXT)
    assert invoke(["run", "x.toml", "--world", "model", "--out", "out"]) == 2
    said = capfd.readouterr().err.splitlines()
    assert (
        sum("skipped: not supported in the model world: the verdict will be unknown" in line for line in said[:4]) == 4
    )
