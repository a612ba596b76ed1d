"""The lab as a child process: which Python runs it, and that it ends when its parent does, however that dies."""

import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

import spoolproof
from spoolproof._child import PYTHON_VARIABLE
from tests.harness.scenario.samples import CALM

ROOT = Path(__file__).parents[2]
SERVES = """
import os, signal, sys, spoolproof
with spoolproof.clusters("north") as farm:
    {extra}
    print(farm.addresses.parent, flush=True)
    signal.pause()
"""
FORKS = """
    forked = os.fork()
    if forked == 0: signal.pause()
    print(forked, flush=True)
"""
RUNS = """
import spoolproof, sys
spoolproof.run(sys.argv[1], out=sys.argv[2])
"""


@contextmanager
def started(*words: str) -> Iterator["subprocess.Popen[str]"]:
    """A parent in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-P", "-c", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as parent:
        try:
            yield parent
        finally:
            parent.kill()


def descendants(parent: "subprocess.Popen[str]") -> list[psutil.Process]:
    return psutil.Process(parent.pid).children(recursive=True)


def wait_for_end(processes: list[psutil.Process]) -> None:
    _, alive = psutil.wait_procs(processes, timeout=60)
    assert not alive


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_clusters_end_with_their_parent_and_leave_nothing(number: signal.Signals) -> None:
    with started(SERVES.format(extra="")) as parent:
        assert parent.stdout is not None
        folder = Path(parent.stdout.readline().strip())
        assert folder.is_dir()
        children = descendants(parent)
        assert children
        parent.send_signal(number)
        parent.wait()
        wait_for_end(children)
        assert not folder.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere only the end of the pipe is seen")
def test_they_end_though_a_process_that_the_parent_forked_lives_on() -> None:
    with started(SERVES.format(extra=FORKS)) as parent:
        assert parent.stdout is not None
        forked = psutil.Process(int(parent.stdout.readline()))
        folder = Path(parent.stdout.readline().strip())
        try:
            labs = [child for child in descendants(parent) if child != forked]
            parent.kill()
            wait_for_end(labs)
            assert forked.is_running()
            assert not folder.exists()
        finally:
            forked.kill()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere parts of a run that is killed live on")
def test_a_live_run_ends_with_its_parent_with_all_that_it_started(tmp_path: Path) -> None:
    (tmp_path / "long.toml").write_text(CALM.replace('"1s"', '"10m"'))
    with started(RUNS, str(tmp_path / "long.toml"), str(tmp_path / "out")) as parent:
        parts: list[psutil.Process] = []
        while len(parts) < 3:  # the lab, and at least the API and the processor
            assert parent.poll() is None
            parts = [child for child in descendants(parent) if child.status() != psutil.STATUS_ZOMBIE]
        parent.kill()
        wait_for_end(parts)


def test_a_lab_that_is_killed_is_an_error_that_says_so() -> None:
    with spoolproof.clusters("north") as farm:
        (lab,) = (child for child in psutil.Process().children() if "spoolproof._lab" in child.cmdline())
        lab.kill()
        with pytest.raises(spoolproof.LabError, match=r"^north: the lab does not answer: killed by signal 9$"):
            farm["north"].shares()


def fake_python(folder: Path, script: str) -> str:
    python = folder / "python"
    python.write_text(f"#!/bin/sh\n{script}\n")
    python.chmod(0o755)
    return str(python)


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        (None, "No such file or directory"),
        (f'exec {shlex.quote(sys.executable)} -S "$@"', "spoolproof is not installed there"),
        (
            f'PYTHONPATH={shlex.quote(str(ROOT))} exec {shlex.quote(sys.executable)} -S "$@"',
            "lacks libraries of the lab",
        ),
        ("echo nonsense", "exit status 0"),
        ("cat", "it did not answer as the lab does"),
        ("echo out of order >&2; exit 3", "exit status 3; it said: out of order"),
        ('echo \'{"lab": 99, "version": "9.0"}\'', "has spoolproof 9.0, which speaks version 99 of the protocol"),
    ],
    ids=["gone", "not installed", "no libraries", "no lab", "an echo", "broken", "another version"],
)
def test_a_python_that_cannot_start_the_lab_is_named_in_one_sentence(
    script: str | None, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = str(tmp_path / "none") if script is None else fake_python(tmp_path, script)
    monkeypatch.setenv(PYTHON_VARIABLE, python)
    with pytest.raises(spoolproof.StartError) as caught, spoolproof.clusters("north"):
        raise AssertionError("they must not start")
    said = str(caught.value)
    assert PYTHON_VARIABLE in said
    assert sentence in said
    assert "\n" not in said


def test_the_python_that_the_variable_names_runs_the_lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trace = tmp_path / "ran"
    script = f'echo "$PYTHONPATH" > {shlex.quote(str(trace))}; exec {shlex.quote(sys.executable)} "$@"'
    monkeypatch.setenv(PYTHON_VARIABLE, fake_python(tmp_path, script))
    monkeypatch.setenv("PYTHONPATH", "/packages/for/another/python")
    with spoolproof.clusters("north") as farm:
        assert farm["north"].shares() == ()
    assert trace.read_text() == "\n"
