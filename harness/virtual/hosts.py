"""Named hosts of the virtual world: whose code runs now, and how it is killed without a last word."""

import asyncio
from collections.abc import Callable, Coroutine
from contextvars import Context, ContextVar, copy_context
from typing import Any, TypeVar

from harness.virtual.steps import LoopStep

__all__ = ["CURRENT", "NOWHERE", "Host", "current_host", "enter", "host_of"]

R = TypeVar("R")


class Host:
    """One life of a process on a host. After `kill` nothing of it runs again: no `finally`, no `except`, no callback.

    A restarted process is a new Host of the same name. The host owns the tasks that it spawns: `stop` ends them as
    SIGTERM would, `kill` as SIGKILL does. skew: seconds that its clock is ahead. is_right: it shows the loop's time,
    and always has. runs: read by the loop before each callback; False once it is dead, and while it is paused: what it
    then had to run is `held`.
    on_exit: called where its code raises `SystemExit`, outside its code; None: that ends the harness.
    guest: the life of somebody else's code that runs in it; None: it runs our own.
    earliest: what its clock showed when it was last set; a clock that was set back stands still until it is later.
    """

    __slots__ = ("_tasks", "alive", "earliest", "guest", "held", "is_right", "name", "on_exit", "runs", "skew")

    def __init__(self, name: str, *, skew: float = 0.0) -> None:
        self.name = name
        self.skew = skew
        self.is_right = skew == 0.0
        self.earliest = float("-inf")
        self.alive = True
        self.runs = True
        self.held: list[Any] = []
        self.on_exit: Callable[[SystemExit], None] | None = None
        self.guest: object | None = None
        self._tasks: list[asyncio.Task[Any]] = []

    def run(self, function: Callable[..., R], *args: Any) -> R:
        """Call `function` as this host; tasks that it starts, and their callbacks, belong to the host."""
        return self.context().run(function, *args)

    def context(self) -> Context:
        """A copy of the present context that belongs to this host."""
        context = copy_context()
        context.run(CURRENT.set, self)
        return context

    def spawn(self, coroutine: Coroutine[Any, Any, R], *, name: str) -> asyncio.Task[R]:
        """Start a task of this host."""
        loop = asyncio.get_running_loop()
        task = loop.create_task(coroutine, name=f"{self.name}: {name}", context=self.context())
        self._tasks.append(task)
        return task

    def hold(self, step: Callable[[], object]) -> None:
        """Take a step of this host's when it runs again; never, where it is dead."""
        if self.alive:
            self.held.append(LoopStep(step, (), self.context()))

    def unix_time(self, now: float) -> float:
        """What its clock shows. now: the time of the loop."""
        return max(self.earliest, now + self.skew)

    def set_clock(self, skew: float, now: float) -> None:
        """From now on it is that far ahead."""
        self.earliest = self.unix_time(now)
        self.skew = skew
        self.is_right = False

    async def stop(self) -> None:
        """Cancel what it spawned and wait for it. Raises what a task had failed with."""
        for task in self._tasks:
            task.cancel()
        results = await asyncio.gather(*self._tasks, return_exceptions=True)
        failed = [result for result in results if isinstance(result, Exception)]
        if failed:
            raise failed[0]

    def kill(self) -> None:
        """As `kill -9` does; whoever restarts it makes a new Host."""
        self.alive = self.runs = False
        self._tasks.clear()


NOWHERE = Host("harness")
"""Where code runs that belongs to no host of the scenario: the harness itself. Never killed."""

CURRENT: ContextVar[Host] = ContextVar("host", default=NOWHERE)


def enter(host: Host) -> None:
    """From here on, the present context is this host's."""
    CURRENT.set(host)


def current_host() -> Host:
    """The host whose code is running."""
    return CURRENT.get()


def host_of(context: Context) -> Host:
    """The host to which a callback belongs."""
    return context.get(CURRENT, NOWHERE)
