"""A harness that is killed leaves no process and no directory: not of its parts, theirs, nor of paused ones."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only there are processes known by their environment")

HARNESS = """
import asyncio, sys
from pathlib import Path
from harness.live.workspace import workspace
from harness.scenario.roles import Role
from tests.harness.live.shams import sham

async def main(keep):
    with workspace(keep) as directory:
        for part, mode in ((Role.API, "parent"), (Role.GATEWAY, "normal")):
            process = sham(directory, mode, part)
            await process.start()
        process.pause()
        print(directory, flush=True)
        await asyncio.Event().wait()

asyncio.run(main(Path(sys.argv[1]) if len(sys.argv) > 1 else None))
"""
ROOT = Path(__file__).parents[3]


@contextmanager
def _harness(*arguments: str) -> Iterator[tuple["subprocess.Popen[str]", Path]]:
    """One with a part that has a child in another session, and a part that is paused; and its directory."""
    command = [sys.executable, "-c", HARNESS, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, start_new_session=True) as process:
        try:
            assert process.stdout is not None
            yield process, Path(process.stdout.readline().strip())
        finally:
            process.kill()


def _gone(processes: list[psutil.Process]) -> bool:
    """Also those that have other parents by now."""
    _, alive = psutil.wait_procs(processes, timeout=60)
    return not alive


@pytest.mark.parametrize("whole_group", [False, True])
def test_nothing_is_left_of_a_killed_harness(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, whole_group: bool
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with _harness() as (process, directory):
        assert directory.parent == tmp_path
        started = psutil.Process(process.pid).children(recursive=True)
        names = [each.name() for each in started]
        assert "sleep" in names
        while psutil.STATUS_STOPPED not in [each.status() for each in started]:
            time.sleep(0.01)  # a signal takes effect in its own time; the test's own limit ends this
        (os.killpg if whole_group else os.kill)(process.pid, signal.SIGKILL)
        assert _gone(started)
        assert not list(tmp_path.iterdir())


def test_a_directory_that_is_kept_stays_but_no_process_does(tmp_path: Path) -> None:
    with _harness(str(tmp_path)) as (process, directory):
        started = psutil.Process(process.pid).children(recursive=True)
        process.kill()
        assert _gone(started)
        assert (directory / "api.toml").exists()


def test_what_asks_a_whole_terminal_to_end_does_not_end_the_cleaner(tmp_path: Path) -> None:
    with _harness() as (process, directory):
        (cleaner,) = [
            each for each in psutil.Process(process.pid).children() if "harness.live.cleaner" in each.cmdline()
        ]
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            cleaner.send_signal(number)
        process.kill()
        assert _gone([cleaner])
        assert not directory.exists()
