"""SimPy's time, made cheap: bare callbacks beside events."""

from collections.abc import Callable, Iterator
from heapq import heappop, heappush
from math import inf
from typing import Any

from simpy import Environment, Event
from simpy.core import EmptySchedule, SimTime, StopSimulation
from simpy.events import NORMAL, URGENT, EventPriority

__all__ = ["FastEnvironment"]

Callback = Callable[[Any], object]

_RESUMED = EventPriority(-1)
"""Of an event that a run was stopped in: what is left of its callbacks comes before all else."""


class FastEnvironment(Environment):
    """Events and processes work as in SimPy. Each heap entry is (time, priority, number, callback, argument).

    A stock entry names an event, whose callbacks are found and called; here the entry names the callback itself, and an
    event is one whose callback is `_fire`. So the loop asks nothing, and who needs no event makes none.
    """

    def __init__(self, initial_time: SimTime = 0.0) -> None:
        super().__init__(initial_time)
        self._heap: list[tuple[float, int, int, Callback, Any]] = []

    @property
    def heap(self) -> list[tuple[float, int, int, Callback, Any]]:
        """For who pushes (instant, 1, next(order), callback, argument) by itself, to save a call."""
        return self._heap

    @property
    def order(self) -> Iterator[int]:
        """Numbers entries."""
        return self._eid

    def call_at(self, at: float, callback: Callback, argument: Any = None) -> None:
        """Call `callback(argument)` at this instant, after all that was scheduled for it before."""
        if at < self._now:
            raise ValueError(f"{at} is over: it is {self._now}")
        heappush(self._heap, (at, NORMAL, next(self._eid), callback, argument))

    def call_in(self, delay: float, callback: Callback, argument: Any = None) -> None:
        """Call `callback(argument)` so many seconds from now."""
        self.call_at(self._now + delay, callback, argument)

    def deadline_at(self, at: float, callback: Callback, argument: Any = None) -> None:
        """The same, before all else that is due at that instant: what comes at a deadline comes too late."""
        if at < self._now:
            raise ValueError(f"{at} is over: it is {self._now}")
        heappush(self._heap, (at, URGENT, next(self._eid), callback, argument))

    def last_at(self, at: float, callback: Callback, argument: Any = None, *, turns: int = 1) -> None:
        """The same, after all else that happens at that instant; turns: and after what comes of that so many times."""
        heappush(self._heap, (at, NORMAL + turns, next(self._eid), callback, argument))

    def next_due(self) -> float:
        """When the next thing is due."""
        return self._heap[0][0] if self._heap else inf

    def leap(self, at: float) -> bool:
        """Go to a later instant from within a callback, if nothing is due before or at it; whether it was so."""
        heap = self._heap
        if heap and heap[0][0] <= at:
            return False
        self._now = at
        return True

    def schedule(self, event: Event, priority: EventPriority = NORMAL, delay: SimTime = 0) -> None:
        heappush(self._heap, (self._now + delay, priority, next(self._eid), self._fire, event))

    def peek(self) -> SimTime:
        return self.next_due()

    def step(self) -> None:
        if not self._heap:
            raise EmptySchedule
        self._now, _, _, callback, argument = heappop(self._heap)
        callback(argument)

    def run(self, until: SimTime | Event | None = None) -> Any:
        awaited = self._awaited(until)
        if awaited is not None:
            if awaited.processed:
                return awaited.value
            awaited.callbacks.append(StopSimulation.callback)
        try:
            self._run()
        except StopSimulation as stopped:
            return stopped.args[0]
        if awaited is not None:
            assert not awaited.triggered
            raise RuntimeError(f'No scheduled events left but "until" event was not triggered: {awaited}')
        return None

    def _run(self) -> None:
        """Everything, until there is nothing left. Its body is `step`, written out: a call each would cost a third."""
        heap, pop = self._heap, heappop
        while heap:
            self._now, _, _, callback, argument = pop(heap)
            callback(argument)

    def _awaited(self, until: SimTime | Event | None) -> Event | None:
        """The event that ends the run: an instant becomes one that comes before all else that is due then."""
        if until is None or isinstance(until, Event):
            return until
        at = float(until)
        if at <= self._now:
            raise ValueError(f"until ({at}) must be greater than the current simulation time")
        event = Event(self)
        event._ok = True  # as SimPy makes this event itself
        event._value = None
        heappush(self._heap, (at, URGENT, next(self._eid), self._fire, event))
        return event

    def _fire(self, event: Event) -> None:
        """What SimPy's own `step` does with an event."""
        callbacks = event.callbacks
        event.callbacks = None  # type: ignore[assignment]  # SimPy's mark of an event that has been processed
        callback = None
        try:
            for callback in callbacks:
                callback(event)
        except StopSimulation:
            event.callbacks = callbacks[callbacks.index(callback) + 1 :] if callback else []
            self.schedule(event, _RESUMED)
            raise
        if not event._ok and not hasattr(event, "_defused"):
            value: BaseException = event._value
            failure = type(value)(*value.args)
            failure.__cause__ = value
            raise failure
