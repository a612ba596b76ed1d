"""`spoolproof run` on real sockets: verdict, results, and both kinds of Ctrl-C."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from reports.journal import read_journal
from tests.harness.scenario.samples import CALM

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
QUICK = CALM.replace("rate = 20", "rate = 10") + '[pipeline.command]\ncommand = "1s"\n'


@contextmanager
def running(where: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """One `run`, which does not outlive the test."""
    command = [sys.executable, "-m", "spoolproof", "run", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=where, env=environment
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def hear(process: subprocess.Popen[str], word: str) -> str:
    """Read stderr up to a line that has this word; returns what was read."""
    assert process.stderr is not None
    said = ""
    for line in process.stderr:
        said += line
        if word in line:
            return said
    raise AssertionError(said)


def test_two_runs_give_one_object_their_results_and_the_gravest_exit(tmp_path: Path) -> None:
    (tmp_path / "good.toml").write_text(QUICK)
    (tmp_path / "strict.toml").write_text('gates = ["count(create.accept) > 1000"]\n' + QUICK)
    with running(tmp_path, "good.toml", "strict.toml", "--json", "--seed", "5", "--out", "out") as process:
        out, said = process.communicate(timeout=100)
    assert process.returncode == 3, said
    shown = json.loads(out)
    assert shown["exit"] == 3
    assert [(run["scenario"], run["verdict"], run["exit"]) for run in shown["runs"]] == [
        ("good", "valid", 0),
        ("strict", "valid", 3),
    ]
    for run in shown["runs"]:
        journal = read_journal(tmp_path / run["journal"])
        assert (journal.seed, journal.verdict.value) == (5, "valid")
        assert journal.command == f"spoolproof run {run['scenario']}.toml --seed 5"
        assert (tmp_path / run["report"]).read_text()
        assert (tmp_path / run["junit"]).read_text()
    assert "good: load" in said


def test_ctrl_c_once_reports_what_there_is_and_plays_no_more(tmp_path: Path) -> None:
    (tmp_path / "long.toml").write_text(QUICK.replace('duration = "1s"', 'duration = "60s"'))
    with running(tmp_path, "long.toml", "long.toml") as process:
        hear(process, "long: load")
        process.send_signal(signal.SIGINT)
        out, said = process.communicate(timeout=100)
    assert process.returncode == 130, said
    assert "Traceback" not in said
    assert "healing" in said
    assert "report: runs/long-1-1/report.html" in out
    journal = read_journal(tmp_path / "runs" / "long-1-1" / "journal.json")
    assert journal.interrupted
    assert journal.load_ends < 60
    assert not (tmp_path / "runs" / "long-1-2").exists()


def test_ctrl_c_twice_stops_at_once_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "long.toml").write_text(QUICK.replace('duration = "1s"', 'duration = "60s"'))
    with running(tmp_path, "long.toml") as process:
        hear(process, "long: load")
        process.send_signal(signal.SIGINT)
        hear(process, "stopping")
        process.send_signal(signal.SIGINT)
        out, said = process.communicate(timeout=100)
    assert process.returncode == 130, said
    assert out == ""
    assert "Traceback" not in said
    assert not any((tmp_path / "runs").iterdir())
