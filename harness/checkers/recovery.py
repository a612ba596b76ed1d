"""L4, recovery: once nothing is disturbed any more, the same load gets the same goodput, and no retry feeds itself.

That asks back off is judged in every run (`storms.py`), the rest where there is a baseline to compare with.

What is compared: the creates of the load that were due before the first disturbance, and those that were due after the
time to recover. It finds metastable failures (Bronson et al., "Metastable failures in distributed systems", HotOS
2021): the trigger is gone, the load is what it was, and the system stays down because its own retries hold it there.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from math import inf, sqrt

from harness.checkers.checker import Checker, Need
from harness.checkers.history_index import HistoryIndex
from harness.checkers.storms import storms
from harness.checkers.witness import anomaly, of_attempt, of_op
from reports.history import Hop, Op, OpKind, Purpose
from reports.verdicts import Anomaly

__all__ = ["RECOVERY", "RecoveryWindow", "recovery_windows"]

MIN_CREATES = 20
"""Creates in a stretch below which its ratio says nothing."""

MIN_GOODPUT_RATIO = 0.9
"""The part of the baseline's goodput that must be back."""

_TRIES = frozenset({"create", "delete", "resize", "show"})
"""What is tried again for a share. The polls of clients are none, and neither is what sweeps and health checks ask."""

MAX_AMPLIFICATION = 2.0
"""Attempts per op, as a multiple of the baseline's, that count as a storm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryWindow:
    """The creates that were due in a stretch of time, how many came to something in time, and all tries meanwhile.

    begins, ends: seconds, [begins, ends). tries: by loop, of commands and looks for a share.
    """

    begins: float
    ends: float
    creates: Sequence[Op]
    good: int
    tries: Mapping[str, int]

    @property
    def goodput(self) -> float:
        return self.good / self.ops

    @property
    def ops(self) -> int:
        return max(len(self.creates), 1)

    @property
    def amplification(self) -> float:
        """Tries by clients and processor together, for each create."""
        return sum(self.tries.values()) / self.ops


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryWindows:
    """before the first disturbance; during, until the time to recover from the last is over; after that."""

    before: RecoveryWindow
    during: RecoveryWindow
    after: RecoveryWindow


def recovery_windows(index: HistoryIndex) -> RecoveryWindows:
    """The run in three."""
    return index.once("recovery.recovery_windows", lambda: _recovery_windows(index))


def _recovery_windows(index: HistoryIndex) -> RecoveryWindows:
    bounds = index.bounds
    first, last = bounds.disturbed[0][0], max(ends for _, ends in bounds.disturbed)
    creates, loops = _creates(index), _loops(index)
    usual = [wait for op, wait in creates if wait is not None and op.intended_at < first]
    # How long a create may take when all is well: three times the baseline's slowest, at least a second.
    patience = max(3 * max(usual, default=0.0), 1.0)

    def stretch(begins: float, ends: float) -> RecoveryWindow:
        due = [(op, wait) for op, wait in creates if begins <= op.intended_at < ends]
        return RecoveryWindow(
            begins=begins,
            ends=ends,
            creates=[op for op, _ in due],
            good=sum([wait is not None and wait <= patience for _, wait in due]),
            tries=_tries(loops, begins, ends),
        )

    healed = last + bounds.recovery
    return RecoveryWindows(
        before=stretch(-inf, first), during=stretch(first, healed), after=stretch(healed, bounds.load_ends)
    )


def _creates(index: HistoryIndex) -> Sequence[tuple[Op, float | None]]:
    """The creates of the load, and how long each took from its due instant to an active record."""
    load, timelines = Purpose.LOAD, index.timelines
    found: list[tuple[Op, float | None]] = []
    for op in index.ops_of(OpKind.CREATE):
        if op.purpose is load:
            timeline = timelines.get(op.share or "")
            active = timeline.path.active if timeline is not None else ()
            found.append(
                (op, timeline.changes[active[0]].at - op.intended_at if timeline is not None and active else None)
            )
    return found


def _tries(loops: Mapping[str, Sequence[float]], begins: float, ends: float) -> Mapping[str, int]:
    """How often each loop tried in [begins, ends), in the order in which they began to."""
    found: list[tuple[float, str, int]] = []
    for name, instants in loops.items():
        first, after = bisect_left(instants, begins), bisect_left(instants, ends)
        if first < after:
            found.append((instants[first], name, after - first))
    return {name: count for _, name, count in sorted(found, key=lambda loop: loop[0])}


def _loops(index: HistoryIndex) -> Mapping[str, Sequence[float]]:
    """By loop, the instants of its tries, in order."""
    tries: dict[str, dict[Hop, list[float]]] = defaultdict(lambda: defaultdict(list))
    for row in index.history.attempts:
        if row.verb in _TRIES and row.hop is not Hop.GATEWAY:  # of its tries only those that failed are known
            tries[row.verb][row.hop].append(row.began_at)
    return {
        f"{hop} retrying {verb}": sorted(instants) for verb, by_hop in tries.items() for hop, instants in by_hop.items()
    }


def _find(index: HistoryIndex) -> Iterator[Anomaly]:
    yield from storms(index)
    if _without_baseline(index) is None:
        yield from _not_back(index)


def _not_back(index: HistoryIndex) -> Iterator[Anomaly]:
    found = recovery_windows(index)
    before, after = found.before, found.after
    loop, factor = _loop(before, after)
    if after.goodput < MIN_GOODPUT_RATIO * before.goodput - 2 * _deviation(before, after):
        fed = f"; {loop}, {factor:.1f} times as often as before" if factor >= MAX_AMPLIFICATION else ""
        message = f"the steady state did not come back: {_describe(found)}{fed}"
        witnesses = [of_op(op) for op in after.creates[:3]]
        yield anomaly("L4", "", "", message, *witnesses)
    elif factor >= MAX_AMPLIFICATION:
        message = f"a retry storm goes on: {loop}, {factor:.1f} times as often as before"
        meanwhile = (row for row in index.history.attempts if after.begins <= row.began_at < after.ends)
        yield anomaly("L4", "", "", message, *map(of_attempt, islice(meanwhile, 3)))


def _deviation(before: RecoveryWindow, after: RecoveryWindow) -> float:
    """The standard deviation of the difference of two ratios, at the baseline's."""
    p = before.goodput
    return sqrt(p * (1 - p) * (1 / len(before.creates) + 1 / len(after.creates)))


def _loop(before: RecoveryWindow, after: RecoveryWindow) -> tuple[str, float]:
    """The loop whose attempts per create grew most, and by what factor."""
    then, now = before.tries, after.tries
    grown = {name: (count / after.ops) / max(then.get(name, 0) / before.ops, 0.5) for name, count in now.items()}
    return max(grown.items(), key=lambda row: row[1], default=("", 0.0))


def _idle(index: HistoryIndex) -> str | None:
    reason = _without_baseline(index)
    return reason if reason is None or next(storms(index), None) is None else None


def _without_baseline(index: HistoryIndex) -> str | None:
    """Why goodput cannot be compared."""
    bounds = index.bounds
    if not index.history.has_changes:
        return f"no {Need.CHANGE_LOG}"
    if not bounds.disturbed:
        return "nothing was disturbed"
    found = recovery_windows(index)
    before, after = found.before, found.after
    if len(before.creates) < MIN_CREATES or before.good == 0:
        return f"the baseline before the first disturbance has {len(before.creates)} creates, fewer than {MIN_CREATES}"
    if len(after.creates) < MIN_CREATES:
        return f"too little load {bounds.recovery:g} s after the last disturbance: {len(after.creates)} creates"
    return None


def _remark(index: HistoryIndex) -> str:
    return f"holds: {_describe(recovery_windows(index))}"


def _describe(found: RecoveryWindows) -> str:
    """The steady state before, during and after, in the words of a verdict."""
    goodput = f"{found.before.goodput:.0%} before, {found.during.goodput:.0%} during, {found.after.goodput:.0%} after"
    tries = f"{found.before.amplification:.1f}, {found.during.amplification:.1f}, {found.after.amplification:.1f}"
    return f"goodput {goodput}; tries per create {tries}"


RECOVERY = Checker(
    invariant="L4",
    title="goodput recovers at unchanged load, and asks back off",
    find=_find,
    helped_by=frozenset({Need.CHANGE_LOG, Need.COMMAND_LOG}),
    idle=_idle,
    remark=_remark,
)
