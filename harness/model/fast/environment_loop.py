"""An asyncio loop on an environment's time: coroutines and the fast path's callbacks in one order of events."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from heapq import heappush
from typing import Any, TypeVar, TypeVarTuple

from harness.model.environment import FastEnvironment
from harness.virtual.loop import VirtualLoop
from harness.virtual.steps import LoopStep, TimedStep

__all__ = ["EnvironmentLoop"]

R = TypeVar("R")
Ts = TypeVarTuple("Ts")


class EnvironmentLoop(VirtualLoop):
    """A virtual loop that never runs by itself: `drain` runs what is ready, and its timers are events of SimPy's.

    So whoever starts a coroutine from a callback finds that it has gone as far as it can without time passing.
    """

    def __init__(self, env: FastEnvironment) -> None:
        self.env = env
        super().__init__()
        self._at_once: deque[TimedStep] = deque()
        self._draining = False
        self._is_due = False

    def time(self) -> float:
        return self.env._now

    @property
    def _now(self) -> float:
        return self.env._now

    @_now.setter
    def _now(self, at: float) -> None:
        """The environment's time moves by itself."""

    def call_soon(self, callback: Callable[[*Ts], object], *args: *Ts, context: Any = None) -> asyncio.Handle:
        if not (self._draining or self._is_due):
            self._is_due = True
            self.env.call_at(self.env._now, self._drain_due)
        return super().call_soon(callback, *args, context=context)

    def _push(self, when: float, rank: int, timer: TimedStep) -> TimedStep:
        if when > self.env._now:
            heappush(self.env.heap, (when, rank, next(self.env.order), self._fire, timer))
        else:
            self._at_once.append(timer)
            if not self._draining:
                self.call_soon(_nothing)
        return timer

    def drain(self) -> None:
        """Run all that can run at this instant, as the running loop. May be called from within, but not from a task."""
        outer, self._draining = self._draining, True
        before = asyncio._get_running_loop()
        asyncio._set_running_loop(self)
        ready, at_once = self._ready, self._at_once
        try:
            while ready or at_once:
                step: LoopStep | TimedStep = ready.popleft() if ready else at_once.popleft()
                if not step._cancelled:
                    step._context.run(step._callback, *step._args)
        finally:
            asyncio._set_running_loop(before)
            self._draining = outer

    def complete(self, main: Coroutine[Any, Any, R]) -> R:
        """Run a coroutine that takes no time, now."""
        task = self.create_task(main)
        self.drain()
        return task.result()  # type: ignore[no-any-return]  # the loop's tasks are of any type

    def _drain_due(self, argument: object) -> None:
        self._is_due = False
        self.drain()

    def _fire(self, timer: TimedStep) -> None:
        if not timer._cancelled:
            self._ready.append(timer)
            self.drain()


def _nothing() -> None:
    return
