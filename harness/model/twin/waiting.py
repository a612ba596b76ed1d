"""How the twin's processes wait: for an instant to the last bit, for one another, and for at most so long."""

from collections.abc import Generator
from typing import Any, TypeVar

from simpy import Event, Process

from harness.model.environment import FastEnvironment

__all__ = ["Turn", "Wait", "at", "ended", "rest", "rest_until", "until", "within"]

T = TypeVar("T")

Wait = Generator[Event, Any, T]
"""A process, or a part of one: `yield from` it where the pipeline's code awaits."""


_LATE = object()


def at(env: FastEnvironment, instant: float) -> Event:
    """Happens at exactly this instant: a delay from now would be rounded once more."""
    event = env.event()
    env.call_at(instant, event.succeed)
    return event


def within(env: FastEnvironment, event: Event, seconds: float, *others: Event) -> Wait[bool]:
    """Wait for an event, at most so many seconds or until one of the others; whether it came before its deadline.

    What comes first goes on at once: a condition of SimPy's would let all else that is due at its instant go before.
    """
    return (yield from until(env, event, env.now + max(0.0, seconds), *others))


def until(env: FastEnvironment, event: Event, instant: float, *others: Event) -> Wait[bool]:
    """The same, until exactly this instant."""
    if not event.triggered and not any(other.triggered for other in others):
        gate = env.event()

        def opens(happened: object) -> None:
            if not gate.triggered:
                env.happen(gate)

        def runs_out(argument: object) -> None:
            if not gate.triggered:
                env.happen(gate, _LATE)

        for awaited in (event, *others):
            awaited.callbacks.append(opens)
        env.deadline_at(instant, runs_out)
        if (yield gate) is _LATE:
            return False
    return event.triggered


def rest(env: FastEnvironment, seconds: float, event: Event) -> Wait[None]:
    """Wait so many seconds, or until the event. Its end is no deadline: what else is due then comes in its turn."""
    yield from rest_until(env, env.now + seconds, event)


def rest_until(env: FastEnvironment, instant: float, event: Event) -> Wait[None]:
    """The same, until exactly this instant."""
    if event.triggered:
        return
    over = env.event()

    def ends(happened: object) -> None:
        if not over.triggered:
            env.happen(over)

    event.callbacks.append(ends)
    env.call_at(instant, ends)
    yield over


class Turn:
    """A lock or semaphore, first come first served; what is interrupted while it waits does not get one."""

    def __init__(self, env: FastEnvironment, places: int = 1) -> None:
        self._env = env
        self._free = places
        self._queue: list[Event] = []

    def take(self) -> Wait[None]:
        """A place; whoever has it calls `leave`."""
        if self._free and not self._queue:
            self._free -= 1
            return
        turn = self._env.event()
        self._queue.append(turn)
        try:
            yield turn
        except BaseException:
            self._withdraw(turn)
            raise

    def take_within(self, seconds: float) -> Wait[bool]:
        """The same, after waiting for at most so many seconds; whether it came."""
        if self._free and not self._queue:
            self._free -= 1
            return True
        turn = self._env.event()
        self._queue.append(turn)
        try:
            came = yield from within(self._env, turn, seconds)
        except BaseException:
            self._withdraw(turn)
            raise
        if not came:
            self._withdraw(turn)
        return came

    def _withdraw(self, turn: Event) -> None:
        """Whoever is interrupted, or too late, with a place in hand gives it back."""
        if turn in self._queue:
            self._queue.remove(turn)
        else:
            self.leave()

    def leave(self) -> None:
        if self._queue:
            self._queue.pop(0).succeed()
        else:
            self._free += 1


def ended(process: Process) -> None:
    """Interrupt a process, unless it has come to its end by itself."""
    if process.is_alive:
        process.interrupt()
