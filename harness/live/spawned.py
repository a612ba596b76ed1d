"""One process of a part: what it takes to watch it, and how one is started from its command."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol

from harness.live.die_with_parent import die_with_parent
from harness.live.launch import Launch

__all__ = ["PartOfSystem", "StartProcess", "spawn"]


class PartOfSystem(Protocol):
    """A process. returncode: as `subprocess` has it; None until it is known."""

    @property
    def pid(self) -> int: ...
    @property
    def returncode(self) -> int | None: ...

    def has_ended(self) -> bool:
        """Whether it has, though its status may not be known yet."""
        ...

    async def wait(self) -> int:
        """Until it has ended: its exit status."""
        ...


StartProcess = Callable[[Launch, Path], Awaitable[PartOfSystem]]
"""Starts a part's process, in a session of its own; what it prints is added to the file."""


async def spawn(launch: Launch, log: Path) -> PartOfSystem:
    """A `StartProcess`: of the launch's command."""
    with log.open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            *die_with_parent(*launch.command),
            env=launch.environment,
            cwd=launch.folder,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            # Ctrl-C is for the harness, which still needs the service to heal and to collect.
            start_new_session=True,
        )
    return _Spawned(process)


class _Spawned:
    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        return self._process.returncode

    def has_ended(self) -> bool:
        """The loop may not have heard of it. macOS cannot tell without taking it from the loop."""
        if self._process.returncode is not None:
            return True
        if not hasattr(os, "waitid"):
            return False
        try:
            return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
        except ChildProcessError:  # the loop's thread has it already
            return True

    async def wait(self) -> int:
        return await self._process.wait()
