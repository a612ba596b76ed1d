"""SimPy's time, paced by an asyncio loop: the model's events happen when the loop's clock reaches them."""

import asyncio
from contextvars import copy_context
from types import TracebackType
from typing import Self

from simpy import Environment, Event
from simpy.core import SimTime
from simpy.events import NORMAL, EventPriority

__all__ = ["PacedEnvironment", "catch_up"]

_NEVER = float("inf")


class PacedEnvironment(Environment):
    """Model seconds count from the making of the environment, or from `start` on the loop's clock.

    One timer of the loop stands for the head of SimPy's heap. Whoever calls the model from outside calls `catch_up`
    first, so that `now` is the loop's now and all that was due has happened. An exception of an event is the end:
    it goes to the loop's exception handler and is raised again by every later `catch_up`. Close it, or leave its
    context, to cancel the timer.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, *, start: float | None = None) -> None:
        super().__init__(0.0)
        self._loop = loop
        # Whoever calls the model arms its timer; the timer must not end with the caller.
        self._context = copy_context()
        self._start = loop.time() if start is None else start
        self._timer: asyncio.TimerHandle | None = None
        self._running = False
        self._closed = False
        self._failure: Exception | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Nothing happens by itself any more."""
        self._closed = True
        self._disarm()

    def catch_up(self) -> None:
        """Let all happen that is due, and set `now`. Within an event, it is the event's time and nothing is done."""
        if self._running:
            return
        reached = self._loop.time()
        head = self._queue[0][0] if self._queue else _NEVER
        if self._start + head <= reached or self._failure is not None:
            self._run(reached)
        else:  # as most calls find it: nothing is due, and the timer stands for the head as it did
            self._now = max(self._now, min(reached - self._start, head))

    def schedule(self, event: Event, priority: EventPriority = NORMAL, delay: SimTime = 0) -> None:
        super().schedule(event, priority, delay)
        if not self._running:
            self._arm()

    def _run(self, reached: float) -> None:
        """Run what is due by this instant of the loop's clock."""
        if self._failure is not None:
            raise self._failure
        self._running = True
        try:
            # Compared on the loop's clock, as the timer is: a difference of clocks rounds, and an event
            # that is a last digit short of due would have its timer fire again and again.
            while self._start + self.peek() <= reached:
                self.step()
            self._now = max(self._now, min(reached - self._start, self.peek()))
        except Exception as failure:
            self._failure = failure
            raise
        finally:
            self._running = False
            self._arm()

    def _due(self) -> None:
        assert self._timer is not None
        reached = max(self._loop.time(), self._timer.when())  # the loop may be early by its clock's resolution
        self._timer = None
        self._run(reached)

    def _arm(self) -> None:
        """Keep one timer, for the head of the heap."""
        head = self._start + self.peek()
        if self._timer is not None and self._timer.when() == head:
            return
        self._disarm()
        if head != _NEVER and not self._closed and self._failure is None:
            self._timer = self._loop.call_at(head, self._due, context=self._context)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def catch_up(environment: Environment) -> None:
    """Before a call from outside: nothing to do where time is virtual and moves by `run` alone."""
    if isinstance(environment, PacedEnvironment):
        environment.catch_up()
