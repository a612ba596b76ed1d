"""Latencies, rates, backlog and gates over the last minutes: a sample each second, of what happened shortly before."""

import math
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import takewhile
from typing import TypeVar

from harness.gates import holds
from harness.measure import Figure, MeasureWindow, measure, of_cluster
from harness.metrics import METRICS, Measure
from harness.scenario.scenario import Gate, Statistic
from reports.history import Attempt, History, Op, OpKind, OpResult, Purpose, Reading, StateChange
from reports.verdicts import Verdict

__all__ = ["KEPT", "WINDOW", "GateLine", "GateState", "LiveMetrics", "Series"]

Row = TypeVar("Row", Op, Attempt)

KEPT = 120
"""Samples: with one each second, two minutes."""
WINDOW = 10.0
"""Seconds before a sample that it tells of."""
_GATED = 60.0
"""Seconds that a gate measures."""


@dataclass(slots=True, kw_only=True)
class Series:
    """One line. unit: `s`, `/s`, or empty for a count. values: None where there was nothing to measure."""

    name: str
    unit: str
    values: deque[float | None] = field(default_factory=lambda: deque(maxlen=KEPT))

    @property
    def now(self) -> float | None:
        return self.values[-1] if self.values else None

    @property
    def most(self) -> float | None:
        return max((value for value in self.values if value is not None), default=None)


class GateState(StrEnum):
    """What is known of a gate, in words. so far, not yet: the value rests on what has not ended, and may still rise."""

    HOLDS = "holds"
    HOLDS_SO_FAR = "holds so far"
    NOT_YET = "not yet"
    BROKEN = "broken"
    UNMEASURED = "nothing to measure"

    @property
    def verdict(self) -> Verdict:
        return _VERDICTS.get(self, Verdict.UNKNOWN)


_VERDICTS = {GateState.HOLDS: Verdict.VALID, GateState.BROKEN: Verdict.INVALID}


@dataclass(slots=True, kw_only=True)
class GateLine:
    """What a gate measured of the last minute, again and again. unfinished: the value may still rise."""

    gate: Gate
    series: Series
    state: GateState = GateState.UNMEASURED
    unfinished: bool = False


class LiveMetrics:
    """Is told of what happens, and sampled each second. samples: how many were taken."""

    def __init__(self, gates: Sequence[Gate]) -> None:
        self.samples = 0
        self.latencies = tuple(
            Series(name=name, unit="s")
            for name in ("create answered, median", "create answered, p95", "share active, median", "share active, p95")
        )
        self.rates = tuple(
            Series(name=name, unit="/s") for name in ("requests", "shares active", "commands", "requests that failed")
        )
        self.backlog = tuple(
            Series(name=name, unit="") for name in ("operations under way", "messages in the spool", "commands queued")
        )
        self.gates = tuple(GateLine(gate=gate, series=Series(name=gate.expression, unit=_unit(gate))) for gate in gates)
        self._made: dict[str, float] = {}
        self._active: deque[tuple[float, float]] = deque()
        self._changes: deque[StateChange] = deque()

    def moved(self, change: StateChange) -> None:
        """A record has changed its state."""
        if self.gates:
            self._changes.append(change)
        if change.before is None:
            self._made[change.share] = change.at
        elif change.before == "pending":
            made = self._made.pop(change.share, None)
            if made is not None and change.after == "active":
                self._active.append((change.at, change.at - made))

    def sample(
        self, now: float, ops: Sequence[Op], commands: Sequence[Attempt], *, under_way: int, messages: int, queued: int
    ) -> None:
        """Take one. ops, commands: all, in the order in which they began."""
        self.samples += 1
        while self._active and self._active[0][0] < now - WINDOW:
            self._active.popleft()
        asked = _since(ops, lambda op: op.invoked_at, now - _GATED)
        sent = _since(commands, lambda row: row.began_at, now - _GATED)
        ended = [
            op
            for op in asked
            if op.purpose is not Purpose.POLL and op.completed_at is not None and op.completed_at >= now - WINDOW
        ]
        answers = [op.completed_at - op.invoked_at for op in ended if op.kind is OpKind.CREATE and op.completed_at]
        actives = [seconds for _, seconds in self._active]
        failed = sum(op.result is not OpResult.OK for op in ended)
        done = sum(1 for row in sent if row.ended_at is not None and row.ended_at >= now - WINDOW)
        span = min(WINDOW, max(float(self.samples), 1.0))
        values = (
            *(_at(answers, 0.5), _at(answers, 0.95), _at(actives, 0.5), _at(actives, 0.95)),
            *(len(ended) / span, len(actives) / span, done / span, failed / span),
            *(float(under_way), float(messages), float(queued)),
        )
        for series, value in zip((*self.latencies, *self.rates, *self.backlog), values, strict=True):
            series.values.append(value)
        self._measure_gates(now, asked, sent)

    def _measure_gates(self, now: float, ops: Sequence[Op], commands: Sequence[Attempt]) -> None:
        while self._changes and self._changes[0].at < now - _GATED:
            self._changes.popleft()
        history = History(
            ops=tuple(ops),
            attempts=tuple(commands),
            changes=tuple(self._changes),
            has_changes=True,
            readings=(Reading(number=1, at=now, side="api", round=0),),  # until when the rest has been watched
        )
        window = MeasureWindow(begins=max(now - _GATED, 0.0), ends=now)
        for line in self.gates:
            gate = line.gate
            asked = history if gate.cluster is None else of_cluster(history, gate.cluster)
            figure = measure(gate.statistic, gate.metric, asked, window)
            line.series.values.append(None if figure is None else figure.at_least)
            line.unfinished = figure is not None and figure.judged != figure.at_least
            line.state = GateState.UNMEASURED if figure is None else _state(gate, figure)


def _state(gate: Gate, figure: Figure) -> GateState:
    so_far = holds(gate.comparison, figure.at_least, gate.threshold)
    if so_far is holds(gate.comparison, figure.judged, gate.threshold):
        return GateState.HOLDS if so_far else GateState.BROKEN
    return GateState.HOLDS_SO_FAR if so_far else GateState.NOT_YET


def _unit(gate: Gate) -> str:
    if METRICS[gate.metric].measure is Measure.EVENT or gate.statistic is Statistic.COUNT:
        return ""
    return "s"


def _since(rows: Sequence[Row], began: Callable[[Row], float], instant: float) -> list[Row]:
    """The last rows, back to one that began before."""
    found = list(takewhile(lambda row: began(row) >= instant, reversed(rows)))
    found.reverse()
    return found


def _at(values: Sequence[float], part: float) -> float | None:
    """A percentile by the nearest rank."""
    return sorted(values)[max(math.ceil(part * len(values)) - 1, 0)] if values else None
