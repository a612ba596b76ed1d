"""Work under way in a cluster: each piece is done at the speed of the moment, which may change at any moment."""

from collections.abc import Callable
from typing import Any

from simpy import Environment, Event

from fake_clusters.latency_phases import LatencyPhase
from fake_clusters.speed import time_for, work_in

__all__ = ["WorkTimers"]


class _Piece:
    """left: seconds of work since the instant `since`. turn: how often it has been timed anew."""

    __slots__ = ("done", "left", "since", "turn")

    def __init__(self, left: float, since: float, done: Callable[[], Any]) -> None:
        self.left = left
        self.since = since
        self.done = done
        self.turn = 0


class WorkTimers:
    """Timers that run at the cluster's speed. As the speed is known ahead, each piece of work is one event of SimPy's;
    where the latency phases are replaced, what is under way is timed anew."""

    def __init__(self, env: Environment, latency_phases: tuple[LatencyPhase, ...]) -> None:
        self._env = env
        self._latency_phases = latency_phases
        self._pieces: dict[_Piece, None] = {}

    def after(self, work: float, done: Callable[[], Any]) -> None:
        """Call `done` when so many seconds of work have been done from now on."""
        piece = _Piece(work, self._env.now, done)
        self._pieces[piece] = None
        self._time(piece)

    def set_latency_phases(self, latency_phases: tuple[LatencyPhase, ...]) -> None:
        """The speed from now on."""
        if latency_phases == self._latency_phases:
            return
        now, before, self._latency_phases = self._env.now, self._latency_phases, latency_phases
        for piece in self._pieces:
            piece.left = max(0.0, piece.left - work_in(piece.since, now, before))
            piece.since = now
            piece.turn += 1
            self._time(piece)

    def clear(self) -> None:
        """All work under way is lost."""
        for piece in self._pieces:
            piece.turn += 1
        self._pieces.clear()

    def _time(self, piece: _Piece) -> None:
        turn = piece.turn

        def happens(event: Event) -> None:
            if piece.turn == turn:
                del self._pieces[piece]
                piece.done()

        seconds = time_for(piece.left, piece.since, self._latency_phases) if self._latency_phases else piece.left
        self._env.timeout(seconds).callbacks.append(happens)
