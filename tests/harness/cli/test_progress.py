"""Progress goes to stderr, in plain lines where stderr is no terminal."""

import pytest

from harness.cli.progress import show_progress
from harness.run.progress import Stage, Step


def test_plain_lines_tell_each_stage_once_and_then_every_five_seconds(capfd: pytest.CaptureFixture[str]) -> None:
    with show_progress("calm") as progress:
        progress(Step(stage=Stage.START))
        for second in range(12):
            progress(Step(stage=Stage.LOAD, done=float(second), of=12.0, ops=second * 2))
        progress(Step(stage=Stage.HEAL, ops=24))
    shown = capfd.readouterr()
    assert shown.out == ""
    assert shown.err.split("\n") == [
        "calm: starting clusters and service, 0 ops",
        "calm: load 0 of 12 s, 0 ops",
        "calm: load 5 of 12 s, 10 ops",
        "calm: load 10 of 12 s, 20 ops",
        "calm: healing, 24 ops",
        "",
    ]


def test_replications_are_counted_as_what_they_are(capfd: pytest.CaptureFixture[str]) -> None:
    with show_progress("calm") as progress:
        for done in (1, 2, 6, 10):
            progress(Step(stage=Stage.REPLICATE, done=done, of=10))
    shown = capfd.readouterr().err.splitlines()
    assert shown == ["calm: replications 1 of 10", "calm: replications 6 of 10"]


def test_a_terminal_gets_a_moving_line(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    with show_progress("calm [1]") as progress:
        progress(Step(stage=Stage.LOAD, done=1.0, of=2.0, ops=3))
    assert capfd.readouterr().out == ""
