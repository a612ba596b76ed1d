"""SimPy's time, made cheap: bare callbacks beside events, and pre-sorted arrivals that never enter the heap."""

from collections.abc import Callable, Iterable, Iterator
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
_LAST = int(NORMAL) + 1
_USUAL = int(NORMAL)
_NEVER = (inf, _USUAL)


def _nothing(argument: object) -> None:
    raise AssertionError("there is no arrival")


class FastEnvironment(Environment):
    """Events and processes work as in SimPy. Each heap entry is (time, priority, number, callback, argument).

    A stock entry names an event, whose callbacks are found and called; here the entry names the callback itself, and an
    event is one whose callback is `_fire`. So the loop asks nothing, and who needs no event makes none.
    """

    def __init__(self, initial_time: SimTime = 0.0) -> None:
        super().__init__(initial_time)
        self._heap: list[tuple[float, int, int, Callback, Any]] = []
        self._unsettled: list[Event] = []
        self._feed: Iterator[tuple[float, Any]] = iter(())
        self._arrive: Callback = _nothing
        self._due: tuple[float, int] = _NEVER
        self._arrival: Any = None

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

    def settled(self) -> Event:
        """Happens at this instant, when all else that does has, and what came of it; with others that wait for that."""
        event = self.event()
        if not self._unsettled:
            heappush(self._heap, (self._now, _LAST, next(self._eid), self._settle, None))
        self._unsettled.append(event)
        return event

    def _settle(self, argument: object) -> None:
        unsettled, self._unsettled = self._unsettled, []
        for event in unsettled:
            event.succeed()

    def next_due(self) -> float:
        """When the next thing is due, event or arrival."""
        heap, due = self._heap, self._due[0]
        return heap[0][0] if heap and heap[0][0] < due else due

    def leap(self, at: float) -> bool:
        """Go to a later instant from within a callback, if nothing is due before or at it; whether it was so."""
        heap = self._heap
        if (heap and heap[0][0] <= at) or self._due[0] <= at:
            return False
        self._now = at
        return True

    def happen(self, event: Event, value: Any = None) -> None:
        """Let an event succeed here and now, without a turn of the heap."""
        event._ok, event._value = True, value
        self._fire(event)

    def feed(self, arrivals: Iterable[tuple[float, Any]], callback: Callback) -> None:
        """Call `callback(argument)` for each (instant, argument); instants must not fall, and are looked at one ahead.

        An arrival comes before what else is due at its instant, but for urgent events. One feed at a time.
        """
        assert self._due is _NEVER, "the last feed has not ended"
        self._feed = iter(arrivals)
        self._arrive = callback
        self._advance()

    def drop_feed(self) -> None:
        """No more arrivals."""
        self._due, self._arrival, self._feed = _NEVER, None, iter(())

    def schedule(self, event: Event, priority: EventPriority = NORMAL, delay: SimTime = 0) -> None:
        heappush(self._heap, (self._now + delay, priority, next(self._eid), self._fire, event))

    def peek(self) -> SimTime:
        head = self._heap[0][0] if self._heap else inf
        return min(head, self._due[0])

    def step(self) -> None:
        heap = self._heap
        if self._due is not _NEVER and (not heap or self._due <= heap[0][:2]):
            self._take_arrival()
        elif heap:
            self._now, _, _, callback, argument = heappop(heap)
            callback(argument)
        else:
            raise EmptySchedule

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
        while True:
            while heap and heap[0] < self._due:
                self._now, _, _, callback, argument = pop(heap)
                callback(argument)
            if self._due is _NEVER:
                if not heap:
                    return
                # What is due at infinity never is for stock SimPy either, unless nothing else is left.
                self.step()
                continue
            at, argument = self._due[0], self._arrival
            if at < self._now:
                raise ValueError(f"an arrival at {at} comes after one at {self._now}")
            self._now = at
            following = next(self._feed, None)
            if following is None:
                self._due, self._arrival = _NEVER, None
            else:
                self._due, self._arrival = (following[0], _USUAL), following[1]
            self._arrive(argument)

    def _take_arrival(self) -> None:
        at, argument = self._due[0], self._arrival
        if at < self._now:
            raise ValueError(f"an arrival at {at} comes after one at {self._now}")
        self._now = at
        self._advance()
        self._arrive(argument)

    def _advance(self) -> None:
        following = next(self._feed, None)
        if following is None:
            self._due, self._arrival = _NEVER, None
        else:
            self._due, self._arrival = (following[0], _USUAL), following[1]

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
