"""What killed hosts still had to run: kept to the end, and then taken apart, so that the collector finds nothing."""

import asyncio
from collections.abc import Callable
from contextvars import copy_context
from typing import Any

from harness.virtual.hosts import Host, enter
from harness.virtual.steps import Step, TimedStep
from harness.virtual.task import HostedTask

__all__ = ["Graveyard"]

_LAST_WORDS = 100
"""Awaits that the `finally` blocks of one dead coroutine may have; each is broken off."""


class _Death(BaseException):
    """What the dead meet in place of whatever they waited for."""


class Graveyard:
    """Kept, not collected: collecting a coroutine would run its `finally` in the middle of the run."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._bodies: list[Step | TimedStep | HostedTask] = []

    def keep(self, step: Step | TimedStep) -> None:
        """A callback that nobody will run."""
        self._bodies.append(step)

    def bury(self, host: Host) -> None:
        """Forget the tasks of a killed host, so that nothing waits for them at the end of the run."""
        self._bury(lambda task: task.host is host)

    def lay_to_rest(self) -> None:
        """Take all of it apart, and what that brings forth.

        What the dead still had in their `finally` blocks runs now, as theirs, and nothing that it starts will ever run.
        """
        while self._bodies:
            bodies, self._bodies = self._bodies, []
            for body in bodies:
                if isinstance(body, HostedTask):
                    copy_context().run(_take_apart, body)
            self._bury(lambda task: not task.host.alive)

    def _bury(self, is_dead: Callable[[HostedTask], bool]) -> None:
        for task in sorted(asyncio.all_tasks(self._loop), key=hash):
            assert isinstance(task, HostedTask)
            if is_dead(task):
                task.forget()
                self._bodies.append(task)


def _take_apart(task: HostedTask) -> None:
    """End a dead task's coroutine, as its host.

    Closing it would not do: an async generator that awaits in a `finally` is then left as it is, for the collector.
    """
    enter(task.host)
    coroutine: Any = task.get_coro()
    try:
        for _ in range(_LAST_WORDS):
            coroutine.throw(_Death())  # comes back where it awaits in a `finally`
    except BaseException:  # noqa: BLE001 - the dead may say what they like, nobody listens
        return
    coroutine.close()
