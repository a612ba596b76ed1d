"""The tasks and callbacks of killed hosts: kept to the end of the run, then closed, so that none is ever collected."""

import asyncio
from collections.abc import Callable
from contextvars import copy_context
from typing import Any

from harness.virtual.hosts import Host, enter
from harness.virtual.steps import LoopStep, TimedStep
from harness.virtual.task import HostedTask

__all__ = ["DeadTasks"]

_MAX_UNWIND_STEPS = 100
"""How many awaits the `finally` blocks of one dead coroutine may have; each is interrupted."""


class _HostKilled(BaseException):
    """Thrown into the coroutines of a killed host, in place of what they waited for."""


class DeadTasks:
    """Kept, not collected: collecting a coroutine would run its `finally` in the middle of the run."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._dead: list[LoopStep | TimedStep | HostedTask] = []

    def keep(self, step: LoopStep | TimedStep) -> None:
        """Keep a callback that will never run."""
        self._dead.append(step)

    def detach(self, host: Host) -> None:
        """Forget the tasks of a killed host, so that nothing waits for them at the end of the run."""
        self._detach(lambda task: task.host is host)

    def close_all(self) -> None:
        """Close all of them, and whatever that creates.

        Their `finally` blocks run now, as their host, and nothing that these start will ever run.
        """
        while self._dead:
            dead, self._dead = self._dead, []
            for entry in dead:
                if isinstance(entry, HostedTask):
                    copy_context().run(_close, entry)
            self._detach(lambda task: not task.host.alive)

    def abandon(self) -> None:
        """Close every task that there is, alive or dead."""
        self._detach(lambda task: True)
        self.close_all()

    def _detach(self, is_dead: Callable[[HostedTask], bool]) -> None:
        for task in sorted(asyncio.all_tasks(self._loop), key=hash):
            assert isinstance(task, HostedTask)
            if is_dead(task):
                task.forget()
                self._dead.append(task)


def _close(task: HostedTask) -> None:
    """End a dead task's coroutine, as its host.

    Closing it would not do: an async generator that awaits in a `finally` is then left as it is, for the collector.
    """
    enter(task.host)
    coroutine: Any = task.get_coro()
    try:
        for _ in range(_MAX_UNWIND_STEPS):
            coroutine.throw(_HostKilled())  # comes back where it awaits in a `finally`
    except BaseException:  # noqa: BLE001 - whatever a dead task raises, nobody is there to handle it
        return
    coroutine.close()
