"""Cleans up after a harness that was killed: ends what a run started and removes its directory.

Run as `python -m harness.live.cleaner DIRECTORY REMOVE` beside a run, with a pipe as stdin whose other end only the
harness holds. A byte means that the harness has cleaned up itself; an end without one, that it is gone. The processes
of a run are known by a variable in their environment, which their own children inherit, whatever session they are in.
Linux only, as is `die_with_parent`; elsewhere only the directory is removed.
"""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from select import select

from harness.python_path import child_environment, python_module

__all__ = ["cleaned_after_a_kill", "directory_of_run", "end_processes_of", "main", "marked", "run_environment"]

_VARIABLE = "SPOOLPROOF_RUN"
_PROC = Path("/proc")
_LOOKS = 500
_APART = 0.02
"""Seconds between two looks for processes: until none is left, or for so many looks."""


def run_environment(directory: Path) -> dict[str, str]:
    """The environment of a process of our own of the run in this directory."""
    return marked(child_environment(), directory)


def directory_of_run() -> Path:
    """Of the run that this process is of: for those that `run_environment` was made for."""
    return Path(os.environ[_VARIABLE])


def marked(environment: Mapping[str, str], directory: Path) -> dict[str, str]:
    """The environment with what tells a process of the run in this directory."""
    return {**environment, _VARIABLE: str(directory)}


@contextmanager
def cleaned_after_a_kill(directory: Path, *, remove: bool) -> Iterator[None]:
    """While the context is open, the death of this process ends the run's processes. remove: the directory goes too."""
    with subprocess.Popen(  # noqa: S603 - the command is our own
        python_module("harness.live.cleaner", str(directory), str(int(remove))),
        stdin=subprocess.PIPE,
        env=child_environment(),
        cwd="/",
        start_new_session=True,  # what is sent to the harness's whole group must not reach it
    ) as cleaner:
        try:
            yield
        finally:
            with suppress(BrokenPipeError):  # somebody has ended it
                cleaner.communicate(b".")


def main() -> None:
    """Wait, then clean up if nobody else does."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    directory, remove = sys.argv[1:]
    if sys.stdin.buffer.read():
        return
    for _ in range(_LOOKS):
        if not end_processes_of(directory):
            break
        select([], [], [], _APART)
    if int(remove):
        shutil.rmtree(directory, ignore_errors=True)


def end_processes_of(directory: str) -> bool:
    """Kill the run's processes, whatever session they are in; whether there were any."""
    found = list(_processes_of(directory))
    for process in found:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(process, signal.SIGKILL)
    return bool(found)


def _processes_of(directory: str) -> Iterator[int]:
    """Those that are still running; one that has ended has no environment any more."""
    mark = f"{_VARIABLE}={directory}".encode()
    for entry in _PROC.glob("[0-9]*"):
        with suppress(OSError):
            if mark in (entry / "environ").read_bytes().split(b"\0"):
                yield int(entry.name)


if __name__ == "__main__":
    main()
