"""What several runs of one scenario differ in: figures of each, taken from their journals alone, side by side.

Every figure is about all creates that were asked, not about those that went well: a design that drops what is slow
would look quick otherwise.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import inf, isinf

from reports.history import History, Hop, Op, OpKind, OpResult, Purpose, Reading
from reports.journal import Journal
from reports.measures import quantile
from reports.verdicts import Verdict

__all__ = ["Figures", "RunComparison", "ShareEnding", "Spread", "accept_latencies", "active_latencies", "compare"]

RunKey = tuple[str, str]
"""(location, name)"""


_COORDINATES = ("scenario", "seed", "world")
"""What runs are usually alike in."""


class ShareEnding(StrEnum):
    """What became of a create, by the last readings of API and clusters. The wording is that of the legend."""

    ACTIVE = "active"
    DELETED = "deleted on request"
    NOT_MADE = "not made, nothing left"
    OPEN = "never finished"
    ORPHAN = "on the cluster, no record"
    GHOST = "active, not on the cluster"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Quantiles in seconds; infinite where that share of the creates never came so far; None of nothing."""

    p50: float | None
    p99: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """One run.

    came_active: creates whose share was active at some time. timeouts: those that a client met, by the hop that gave
    up. unclear: ops whose outcome no client learnt. endings: of all creates asked; None where the last readings are
    missing. lost: creates that were accepted, and that neither came about nor were taken back. accept: until a client
    was told yes, or gave up. active: until the share was. broken: anomalies of each invariant that does not hold.
    """

    label: str
    verdict: Verdict
    asked: int
    came_active: int
    timeouts: Mapping[str, int]
    unclear: int
    endings: Mapping[ShareEnding, int] | None
    lost: int | None
    accept: Spread
    active: Spread
    broken: Mapping[str, int]

    @property
    def orphans(self) -> int | None:
        return None if self.endings is None else self.endings[ShareEnding.ORPHAN]

    @property
    def ghosts(self) -> int | None:
        return None if self.endings is None else self.endings[ShareEnding.GHOST]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunComparison:
    """Runs side by side. paired: all were asked the same creates at the same instants, so that they can be compared."""

    journals: tuple[Journal, ...]
    figures: tuple[Figures, ...]
    paired: bool

    @property
    def about(self) -> str:
        """What all runs have in common; what they differ in stands in their labels."""
        first = self.journals[0]
        words = {"scenario": first.scenario, "seed": f"seed {first.seed}", "world": f"{first.world} world"}
        varying = _varying(self.journals)
        return ", ".join(f"several {name}s" if name in varying else word for name, word in words.items())


def compare(journals: Sequence[Journal]) -> RunComparison:
    """Compare runs; each is called by its design and what else it differs in, or numbered."""
    asked = [_plan(journal.history) for journal in journals]
    return RunComparison(
        journals=tuple(journals),
        figures=tuple(_figures(label, journal) for label, journal in zip(_labels(journals), journals, strict=True)),
        paired=all(plan == asked[0] for plan in asked),
    )


def _asked(history: History) -> list[Op]:
    """The creates of the load, repetitions left out: each has a name of its own."""
    return [op for op in history.ops if op.kind is OpKind.CREATE and op.purpose is Purpose.LOAD]


def _labels(journals: Sequence[Journal]) -> list[str]:
    varying = _varying(journals)
    names = [", ".join(_known_by(journal, varying)) for journal in journals]
    return [f"{name} {number}" if names.count(name) > 1 else name for number, name in enumerate(names, start=1)]


def _known_by(journal: Journal, varying: Sequence[str]) -> Iterator[str]:
    """What tells a run from the others: its design, and whatever else is not the same in all."""
    yield journal.design or journal.scenario
    words = {"scenario": journal.scenario, "seed": f"seed {journal.seed}", "world": journal.world}
    yield from (words[name] for name in varying if journal.design or name != "scenario")


def _varying(journals: Sequence[Journal]) -> Sequence[str]:
    return [name for name in _COORDINATES if len({getattr(journal, name) for journal in journals}) > 1]


def _plan(history: History) -> list[tuple[float, str, str, int | None]]:
    return [(op.intended_at, op.location, op.name, op.size) for op in _asked(history)]


def _figures(label: str, journal: Journal) -> Figures:
    history, creates = journal.history, _asked(journal.history)
    endings = _endings(history, creates)
    return Figures(
        label=label,
        verdict=journal.verdict,
        asked=len(creates),
        came_active=sum(not isinf(value) for value in active_latencies(journal)),
        timeouts=_timeouts(history),
        unclear=sum(op.result is OpResult.INFO and op.purpose is not Purpose.POLL for op in history.ops),
        endings=None if endings is None else {ending: list(endings.values()).count(ending) for ending in ShareEnding},
        lost=None if endings is None else sum(_lost(history, creates, endings)),
        accept=_spread(accept_latencies(journal)),
        active=_spread(active_latencies(journal)),
        broken=_broken(journal),
    )


def accept_latencies(journal: Journal) -> list[float]:
    """Seconds from the due instant of each create to its yes, or to where the client gave up; a refusal is neither."""
    creates = [op for op in _asked(journal.history) if op.result is not OpResult.FAIL]
    return [(journal.ends if op.completed_at is None else op.completed_at) - op.intended_at for op in creates]


def active_latencies(journal: Journal) -> list[float]:
    """Seconds from the due instant of each create to its share's being active, infinite where it never was."""
    first: dict[RunKey, float] = {}
    for change in journal.history.changes:
        if change.after == "active":
            first.setdefault((change.location, change.name), change.at)
    return [max(first.get((op.location, op.name), inf) - op.intended_at, 0.0) for op in _asked(journal.history)]


def _spread(values: Sequence[float]) -> Spread:
    return Spread(p50=quantile(values, 0.5), p99=quantile(values, 0.99))


def _timeouts(history: History) -> Mapping[str, int]:
    found = Counter(timeout.hop for timeout in history.timeouts if timeout.op is not None)
    return {hop.value: found[hop] for hop in (Hop.CLIENT, Hop.GATEWAY, Hop.API)}


def _broken(journal: Journal) -> Mapping[str, int]:
    """By invariant; a finding keeps only so many anomalies, and says in words how many there were."""
    return {
        finding.invariant: _count(finding.summary, len(finding.anomalies))
        for finding in journal.findings
        if finding.judged and finding.verdict is Verdict.INVALID
    }


def _count(summary: str, kept: int) -> int:
    number = summary.split(" ", 1)[0]
    return int(number) if number.isdecimal() else kept


def _endings(history: History, creates: Sequence[Op]) -> dict[RunKey, ShareEnding] | None:
    api = _last_reading(history, "api")
    sides = sorted({op.location for op in creates})
    clusters = {side: _last_reading(history, side) for side in sides}
    if api is None or None in clusters.values():
        return None
    states = {(share.location, share.name): share.state for share in api.shares}
    there = {(side, share.name) for side, row in clusters.items() if row is not None for share in row.shares}
    deleting = {(change.location, change.name) for change in history.changes if change.after == "deleting"}
    keys = [(op.location, op.name) for op in creates]
    return {key: _ending(states.get(key), key in there, key in deleting) for key in keys}


def _ending(state: str | None, is_there: bool, was_deleted: bool) -> ShareEnding:
    match state:
        case "active":
            return ShareEnding.ACTIVE if is_there else ShareEnding.GHOST
        case None if is_there:
            return ShareEnding.ORPHAN
        case None:
            return ShareEnding.DELETED if was_deleted else ShareEnding.NOT_MADE
        case _:
            return ShareEnding.OPEN


def _last_reading(history: History, side: str) -> Reading | None:
    rows = [row for row in history.readings if row.side == side and row.round > 0 and row.ok]
    return rows[-1] if rows else None


def _lost(history: History, creates: Sequence[Op], endings: Mapping[RunKey, ShareEnding]) -> Iterator[bool]:
    """Whether each accepted create's promise was lost: it hangs for ever, or its record vanished without a word."""
    removed = {(change.location, change.name) for change in history.changes if change.after is None}
    for op in creates:
        key = (op.location, op.name)
        is_gone = endings[key] in (ShareEnding.NOT_MADE, ShareEnding.ORPHAN) and key not in removed
        yield op.result is OpResult.OK and (endings[key] is ShareEnding.OPEN or is_gone)
