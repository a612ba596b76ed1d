"""`load compare`: what two folders of samples differ in, and what is wrong with them."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from harness.cli.entry import invoke
from harness.cli.exits import Exit
from harness.load.samples import LoadSample, write_samples


def _load(folder: Path, *, seed: int, factor: float = 1.0, late: float = 0.0, count: int = 4000) -> str:
    draws = np.random.default_rng(seed)
    (folder / "load").mkdir(parents=True)
    samples = [
        LoadSample(
            intended=number * 0.01,
            started=number * 0.01 + late,
            finished=number * 0.01 + late + factor * took,
            op="create",
            purpose="load",
            phase="",
            cluster="north",
            gateway="builtin",
            outcome="ok",
            tries=1,
        )
        for number, took in enumerate(draws.exponential(0.1, count).tolist())
    ]
    write_samples(folder / "load", samples)
    return str(folder)


def test_a_slower_load_exits_with_three_and_says_by_how_much(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before, after = _load(tmp_path / "a", seed=1), _load(tmp_path / "b", seed=2, factor=1.5)
    assert invoke(["load", "compare", before, after, "--json"]) == Exit.GATE_FAILED
    (op,) = json.loads(capsys.readouterr().out)["ops"]
    median = op["quantiles"][0]
    assert (op["op"], op["slower"], median["quantile"], median["differs"]) == ("create", True, 0.5, True)
    assert median["low"] < 1.5 < median["high"]
    assert invoke(["load", "compare", after, before]) == Exit.VALID  # faster
    assert "p50: " in capsys.readouterr().out


def test_the_same_thing_twice_is_no_difference(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before, after = _load(tmp_path / "a", seed=1), _load(tmp_path / "b", seed=2)
    assert invoke(["load", "compare", before, f"{after}/load"]) == Exit.VALID
    shown = capsys.readouterr().out
    assert "no difference shown" in shown
    assert re.search(r"p99: .*would be found, one of \+10\.0% with about \d+,\d+ samples in each\)", shown)
    assert "differs" not in shown


def test_a_late_generator_or_too_few_samples_are_unknown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before, late = _load(tmp_path / "a", seed=1), _load(tmp_path / "b", seed=2, late=0.05, factor=2)
    assert invoke(["load", "compare", before, late]) == Exit.UNKNOWN
    assert "unknown: the generator of B was late: p99 50 ms" in capsys.readouterr().out
    few = _load(tmp_path / "c", seed=3, count=10)
    assert invoke(["load", "compare", before, few]) == Exit.UNKNOWN
    assert "too few samples" in capsys.readouterr().out


def test_a_folder_without_samples_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = _load(tmp_path / "a", seed=1, count=10)
    assert invoke(["load", "compare", before, str(tmp_path / "none")]) == Exit.BAD_INPUT
    assert f"{tmp_path / 'none'}: has no samples of a load" in capsys.readouterr().err
    (tmp_path / "a" / "load" / "samples.csv").write_text("intended,what\nx,y\n")
    assert invoke(["load", "compare", before, before]) == Exit.BAD_INPUT
    assert "its samples cannot be read" in capsys.readouterr().err
