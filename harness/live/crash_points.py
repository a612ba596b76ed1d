"""Crash points in processes: a part stops itself right before or after one exact call, and is killed there.

The harness arms a point by a file in the run's directory, which holds how many calls are still to come. The process
that makes the last of them removes the file and stops (SIGSTOP), so that nothing of it goes on; the nemesis, which
waits for the file to go, then kills it (SIGKILL) as it kills any part.

`OVERRIDES` is loaded by the processes, where a scenario names a crash point.
"""

import asyncio
import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from connector.values import replace
from harness.live.cleaner import directory_of_run
from harness.live.part_command import PartCommand
from harness.scenario.nemesis_kinds import NemesisStep
from harness.scenario.points import CrashPoint
from harness.service.reference import CallFailpoints, Overrides

__all__ = ["OVERRIDES", "FileFailpoints", "stopping"]

_FOLDER = "crash-points"
_LOOK = 0.02
_WORDS = ("--overrides", f"{__name__}:OVERRIDES")


def stopping(command: PartCommand) -> PartCommand:
    """The command of a part that stops at crash points; one that has a behaviour of its own has none."""
    if _WORDS[0] in command.extra:
        return command
    return replace(command, extra=(*command.extra, *_WORDS))


class FileFailpoints:
    """A `Failpoints`. directory: the run's."""

    def __init__(self, directory: Path) -> None:
        self._folder = directory / _FOLDER
        self._folder.mkdir()

    def arm(self, step: NemesisStep) -> "_ArmedFile":
        """Count the calls at the step's site from now on."""
        site = step.selector.site
        assert site is not None, "a step without a site has an instant"
        file = self._folder / f"{step.selector.target}.{site}"
        file.write_text(str(step.selector.nth))
        return _ArmedFile(_Gone(file))


@dataclass(slots=True)
class _Gone:
    """That a file is gone, which says that its process has stopped."""

    file: Path
    removed: bool = False

    async def wait(self) -> Literal[True]:
        while not self.is_set():  # noqa: ASYNC110 - it is another process that removes the file
            await asyncio.sleep(_LOOK)
        return True

    def is_set(self) -> bool:
        return not self.removed and not self.file.exists()


@dataclass(frozen=True, slots=True)
class _ArmedFile:
    """A `Failpoint`."""

    fired: _Gone

    def remove(self) -> None:
        try:
            self.fired.file.unlink()
        except FileNotFoundError:
            return
        self.fired.removed = True


class _StoppingFailpoints(CallFailpoints):
    """Those of one process."""

    def __init__(self) -> None:
        super().__init__(run_outside=lambda function: function())

    async def reach(self, point: CrashPoint, part: str) -> None:
        """Count one call of this process here. Where it is the last to come, the process is stopped, and does not go
        on."""
        file = directory_of_run() / _FOLDER / f"{_own_part()}.{point}"
        try:
            left = int(file.read_text()) - 1
        except FileNotFoundError:
            return
        if left > 0:
            file.write_text(str(left))
            return
        file.unlink(missing_ok=True)
        os.kill(os.getpid(), signal.SIGSTOP)


def _own_part() -> str:
    """Which part this process is: its settings are in a file of that name."""
    return Path(sys.argv[sys.argv.index("--config") + 1]).stem


OVERRIDES = _StoppingFailpoints().around("", Overrides())
