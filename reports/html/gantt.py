"""The per-share timeline: states as bars, connector commands as thin bars, effects and ops as marks.

Positions are percentages of the run, so that the page can be as narrow as it likes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from reports.history import Attempt, Effect, Injection, Op, OpKind, OpResult
from reports.journal import Journal
from reports.measures import Measures, ShareLine

__all__ = ["Bar", "Mark", "Tick", "TimelineRow", "gantt", "ticks"]

TimelineItem = TypeVar("TimelineItem")

PER_END = 30
"""Commands, and marks, that a row shows from either end of a share's life, where it has more than twice as many."""

ROWS = 120
"""Rows shown: those with anomalies first, then those that a fault struck, then an even sample."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A stretch of time. left, width: per cent of the run. kind: a class of the style sheet. text: the tooltip."""

    left: float
    width: float
    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    left: float
    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineRow:
    label: str
    share_outcome: str
    anomalous: bool
    states: tuple[Bar, ...]
    attempts: tuple[Bar, ...]
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    left: float
    label: str


def gantt(journal: Journal, measures: Measures, *, end: float) -> tuple[TimelineRow, ...]:
    """The rows to show, in the order in which their shares were asked for. end: of the time axis."""
    chosen = _chosen(journal, measures)
    scale = _Scale(end)
    rows = _Rows(journal)
    return tuple(_row(line, rows, scale) for line in sorted(chosen, key=lambda line: line.asked))


def ticks(end: float) -> tuple[Tick, ...]:
    """About eight labels at round instants."""
    step = next(
        (s for s in (0.01, 0.1, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600) if end / s <= 9),
        end / 8 or 1.0,
    )
    count = int(end / step) + 1
    return tuple(Tick(left=100 * i * step / end if end else 0.0, label=f"{i * step:g}s") for i in range(count))


class _Scale:
    def __init__(self, end: float) -> None:
        self._end = end or 1.0

    def left(self, at: float) -> float:
        return round(min(max(100 * at / self._end, 0.0), 100.0), 3)

    def bar(self, begins: float, ends: float, kind: str, text: str) -> Bar:
        left = self.left(begins)
        return Bar(left=left, width=max(round(self.left(ends) - left, 3), 0.15), kind=kind, text=text)


class _Rows:
    """The history's rows by what they belong to."""

    def __init__(self, journal: Journal) -> None:
        self.end = journal.ends
        self.anomalous = _anomalous(journal)
        self.attempts: dict[str, list[Attempt]] = {}
        self.effects: dict[tuple[str, str], list[Effect]] = {}
        self.strikes: dict[tuple[str, str], list[Injection]] = {}
        self.ops: dict[tuple[str, str], list[Op]] = {}
        for attempt in journal.history.attempts:
            if attempt.is_command and attempt.share:
                self.attempts.setdefault(attempt.share, []).append(attempt)
        for effect in journal.history.effects:
            self.effects.setdefault((effect.cluster, effect.name), []).append(effect)
        for strike in journal.history.injections:
            self.strikes.setdefault((strike.cluster, strike.key or ""), []).append(strike)
        for op in journal.history.ops:
            if op.kind not in (OpKind.GET, OpKind.LIST):
                self.ops.setdefault((op.location, op.name), []).append(op)


def _anomalous(journal: Journal) -> frozenset[tuple[str, str]]:
    rows = [row for finding in journal.findings for row in finding.anomalies]
    return frozenset((row.location, row.name) for row in rows)


def _chosen(journal: Journal, measures: Measures) -> Sequence[ShareLine]:
    if len(measures.lines) <= ROWS:
        return measures.lines
    anomalous = _anomalous(journal)
    struck = {(row.cluster, row.key) for row in journal.history.injections}
    first = [line for line in measures.lines if (line.location, line.name) in anomalous][:ROWS]
    others = [line for line in measures.lines if (line.location, line.name) not in anomalous]
    hit = [line for line in others if (line.location, line.name) in struck]
    calm = [line for line in others if (line.location, line.name) not in struck]
    room = ROWS - len(first)
    hit_room = min(len(hit), max(room * 2 // 3, room - len(calm)))
    return [*first, *_evenly(hit, hit_room), *_evenly(calm, room - hit_room)]


def _evenly(lines: Sequence[ShareLine], count: int) -> list[ShareLine]:
    if count >= len(lines):
        return list(lines)
    return [lines[index * len(lines) // count] for index in range(count)]


def _row(line: ShareLine, rows: _Rows, scale: _Scale) -> TimelineRow:
    key = (line.location, line.name)
    return TimelineRow(
        label=f"{line.location}/{line.name}",
        share_outcome=line.share_outcome,
        anomalous=key in rows.anomalous,
        states=tuple(_states(line, rows.end, scale)),
        attempts=tuple(_attempt(attempt, rows.end, scale) for attempt in _ends(rows.attempts.get(line.share, ()))),
        marks=tuple(_ends(_marks(line, rows, scale))),
    )


def _ends(things: Sequence[TimelineItem]) -> Sequence[TimelineItem]:
    """The first and the last of many: how it began and how it ended."""
    return things if len(things) <= 2 * PER_END else [*things[:PER_END], *things[-PER_END:]]


def _states(line: ShareLine, end: float, scale: _Scale) -> list[Bar]:
    ends = [change.at for change in line.changes[1:]] + [end]
    bars = [scale.bar(line.asked, line.changes[0].at, "asked", f"asked at {line.asked:.2f} s")]
    for change, until in _ends(list(zip(line.changes, ends, strict=True))):
        if change.after is not None:
            reason = f" ({change.reason})" if change.reason else ""
            text = f"{change.after}{reason}: {change.at:.2f} s to {until:.2f} s"
            bars.append(scale.bar(change.at, until, _STATES.get(change.after, "pending"), text))
    return bars


def _attempt(attempt: Attempt, end: float, scale: _Scale) -> Bar:
    code = f" ({attempt.code} at {attempt.site})" if attempt.code else ""
    until = attempt.ended_at
    if until is None:  # whoever made it was killed: past its deadline it counts for nothing
        until = min(end, attempt.began_at if attempt.deadline is None else attempt.deadline)
    text = f"{attempt.verb}: {attempt.result}{code}, {attempt.began_at:.2f} s to {until:.2f} s"
    return scale.bar(attempt.began_at, until, f"try {_TRIES[attempt.result]}", text)


_STATES: Mapping[str, str] = {
    "pending": "pending",
    "active": "active",
    "updating": "updating",
    "failing": "failed",
    "deleting": "deleted",
}
"""The role of each state; another pipeline may have more."""

_TRIES: Mapping[OpResult, str] = {OpResult.OK: "active", OpResult.FAIL: "failed", OpResult.INFO: "unclear"}

_EFFECT_MARKS: Mapping[str, str] = {
    "created": "made",
    "half-created": "half",
    "deleted": "gone",
    "deleted-by-others": "gone",
    "wiped": "gone",
}


def _marks(line: ShareLine, rows: _Rows, scale: _Scale) -> list[Mark]:
    key = (line.location, line.name)
    begins, ends = line.asked - 0.001, line.reached(None) or rows.end
    marks = []
    for effect in rows.effects.get(key, ()):
        late = ", late" if effect.late else ""
        kind = _EFFECT_MARKS.get(effect.kind, "other-effect")
        if begins <= effect.at:
            marks.append(Mark(left=scale.left(effect.at), kind=kind, text=f"{effect.kind} at {effect.at:.2f} s{late}"))
    for strike in rows.strikes.get(key, ()):
        if begins <= strike.at <= ends:
            text = f"fault {strike.label} at {strike.at:.2f} s, {strike.site}"
            marks.append(Mark(left=scale.left(strike.at), kind="strike", text=text))
    for op in rows.ops.get(key, ()):
        if op.purpose == "duplicate" or op.kind is not OpKind.CREATE:
            text = f"{op.kind} ({op.purpose}) at {op.invoked_at:.2f} s: {op.status or op.cause or op.result}"
            marks.append(Mark(left=scale.left(op.invoked_at), kind=f"op-{op.result}", text=text))
    return marks
