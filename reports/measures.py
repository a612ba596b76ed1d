"""What a reader wants measured of a run: outcomes and latencies, taken from the history once. Seconds throughout."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil

from reports.history import History, Op, OpKind, OpResult, StateChange
from reports.seen_changes import seen_changes

__all__ = ["Measures", "ShareLine", "ShareOutcome", "ordered_quantile", "quantile"]


class ShareOutcome(StrEnum):
    """How one accepted create ended, for the record alone: whether the cluster is clean is for L2 to say."""

    ACTIVE = "active"
    FAILED = "failed"
    DELETED = "deleted"
    OPEN = "still open"

    @property
    def role(self) -> str:
        """By which the page colours it."""
        return "unclear" if self is ShareOutcome.OPEN else self.name.lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareLine:
    """One record and what is known of it. asked: when its first create was due."""

    share: str
    location: str
    name: str
    asked: float
    changes: tuple[StateChange, ...]

    def reached(self, state: str | None) -> float | None:
        """When it first came to `state` (None: when it was removed)."""
        return next((change.at for change in self.changes if change.after == state), None)

    @property
    def share_outcome(self) -> ShareOutcome:
        states = {change.after for change in self.changes}
        if None in states:
            return ShareOutcome.DELETED if "deleting" in states else ShareOutcome.FAILED
        return ShareOutcome.ACTIVE if self.changes[-1].after == "active" else ShareOutcome.OPEN


class Measures:
    """Built once per report, in linear time."""

    def __init__(self, history: History) -> None:
        self.history = history
        self.creates = [op for op in history.ops if op.kind is OpKind.CREATE]
        self.lines = _lines(history, self.creates)

    def accept_latencies(self) -> list[tuple[float, float]]:
        """(instant, seconds) from the due arrival to the 202, of creates that were accepted."""
        return _latencies([op for op in self.creates if op.result is OpResult.OK])

    def answer_latencies(self, kind: OpKind) -> list[tuple[float, float]]:
        """(instant, seconds) from the due arrival to the answer, whatever it was."""
        return _latencies([op for op in self.history.ops if op.kind is kind])

    def active_latencies(self) -> Mapping[str, list[tuple[float, float]]]:
        """By location: (instant, seconds) from the due arrival to the record's becoming active."""
        found: dict[str, list[tuple[float, float]]] = {}
        for line in self.lines:
            active = line.reached("active")
            if active is not None:
                found.setdefault(line.location, []).append((line.asked, max(active - line.asked, 0.0)))
        return found

    def share_outcomes(self) -> Mapping[str, Counter[ShareOutcome]]:
        """Outcomes of the accepted creates by location."""
        found: dict[str, Counter[ShareOutcome]] = {}
        for line in self.lines:
            found.setdefault(line.location, Counter())[line.share_outcome] += 1
        return dict(sorted(found.items()))

    def results(self) -> Counter[OpResult]:
        """How the ops of the clients ended, polls left out."""
        return Counter(op.result for op in self.history.ops if op.purpose != "poll")

    def timeouts(self) -> Counter[tuple[str, str]]:
        """By (hop, site)."""
        return Counter((str(row.hop), str(row.site)) for row in self.history.timeouts)


def quantile(values: Sequence[float], q: float) -> float | None:
    """The smallest value with at least a share `q` of them at or below it (nearest rank); None for no values."""
    return ordered_quantile(sorted(values), q) if values else None


def ordered_quantile(ordered: Sequence[float], q: float) -> float:
    """The same of values in ascending order, of which there are some."""
    return ordered[max(ceil(q * len(ordered)), 1) - 1]


def _latencies(ops: Sequence[Op]) -> list[tuple[float, float]]:
    return [(op.intended_at, op.completed_at - op.intended_at) for op in ops if op.completed_at is not None]


def _lines(history: History, creates: Sequence[Op]) -> list[ShareLine]:
    asked: dict[str, float] = {}
    for op in creates:
        if op.share is not None:
            asked[op.share] = min(op.intended_at, asked.get(op.share, op.intended_at))
    changes: dict[str, list[StateChange]] = {}
    known = history.changes if history.has_changes else seen_changes(history)
    for change in sorted(known, key=lambda row: row.number):
        changes.setdefault(change.share, []).append(change)
    return [
        ShareLine(
            share=share,
            location=rows[0].location,
            name=rows[0].name,
            asked=asked.get(share, rows[0].at),
            changes=tuple(rows),
        )
        for share, rows in changes.items()
    ]
