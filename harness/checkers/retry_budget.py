"""S15: the retries of a cluster keep to the budget that the settings give them.

Judged by the log of commands, as one bucket for each cluster that all processors fill and empty: it holds at most what
theirs hold together. A claim is a retry where the log says that something was tried for its record before; one of which
that is not certain counts as a first try. What strikes a part or the store fills the bucket, since a processor that
starts anew begins with a full one, and one whose clock jumps is given what the time is worth.

A processor takes a token a moment before it asks, and gets one a moment before it notes the answer. So what fills the
bucket counts from that moment before it is noted, and of what came while the bucket was full, the last of it. Who waits
for a slot has its token for longer: it does so only while commands are under way for which there is no claim, so that a
retry behind one may have its token from before that.
"""

from bisect import bisect_right
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import inf
from operator import attrgetter
from typing import NamedTuple

from connector.codes import CATALOGUE, Code
from harness.checkers.checker import Checker
from harness.checkers.history_index import HistoryIndex
from harness.checkers.holds import no_logs
from harness.checkers.starvation import is_on_a_real_clock, starvation
from harness.checkers.witness import anomaly, of_attempt
from harness.scenario.service import Design, ServiceSettings
from reports.history import Attempt, OpResult
from reports.verdicts import Anomaly

__all__ = ["RETRY_BUDGET"]

_BEGAN: Callable[[Attempt], float] = attrgetter("began_at")
_UNANSWERED = {Code.BUSY} | {code for code, entry in CATALOGUE.items() if entry.status is None}


class _Budget(NamedTuple):
    """Of a cluster, for all processors together. saved: the most tokens. floor: those that a second brings. part: those
    that a first try brings. moment: seconds between a token and what is logged of it, at most."""

    saved: float
    floor: float
    part: float
    moment: float


class _Row(NamedTuple):
    """What changes a bucket. full: it is filled. retry: the claim that takes a token, at `since` or later."""

    at: float
    tokens: float
    full: bool = False
    retry: Attempt | None = None
    since: float = 0.0


def _pipeline(index: HistoryIndex) -> ServiceSettings | None:
    scenario = index.bounds.scenario
    return None if scenario is None else scenario.pipeline


def _budget(index: HistoryIndex) -> _Budget | None:
    pipeline = _pipeline(index)
    if pipeline is None or pipeline.retry.budget is None or pipeline.design != Design.SPOOL:
        return None
    retry, processors = pipeline.retry, pipeline.processor.processes
    assert retry.budget is not None
    return _Budget(
        saved=float(processors * retry.burst),
        floor=processors * retry.floor,
        part=retry.budget,
        moment=index.bounds.skew + (index.bounds.slack if is_on_a_real_clock(index) else 0.0),
    )


def _find(index: HistoryIndex) -> Iterator[Anomaly]:
    budget = _budget(index)
    if budget is None:
        return
    strikes = [_Row(at, 0.0, full=True) for at in _strikes(index)]
    for location, rows in _rows(index, budget).items():
        overdrawn = _overdrawn(sorted((*rows, *strikes), key=lambda row: (row.at, -row.tokens)), budget)
        if overdrawn is not None:
            retries, allowed = overdrawn
            seconds = retries[-1].began_at - retries[0].began_at
            message = f"{len(retries)} retries began within {seconds:.1f} s; the budget allows {int(allowed)}"
            yield anomaly("S15", location, "", message, of_attempt(retries[0]), of_attempt(retries[-1]))


def _strikes(index: HistoryIndex) -> Iterator[float]:
    """When something was done to a part or to what it stands on, or undone."""
    history, clusters = index.history, set(index.sides)
    yield from (row.at for row in history.nemesis if row.target not in clusters)
    yield from (row.at for row in index.hindrances if row.cluster not in clusters)
    yield from (row.at for row in history.part_ends)


def _rows(index: HistoryIndex, budget: _Budget) -> Mapping[str, Sequence[_Row]]:
    """By cluster, what fills the bucket and what empties it."""
    found: dict[str, list[_Row]] = defaultdict(list)
    fences: dict[str, int] = {}
    commands = sorted((row for row in index.history.attempts if row.is_command), key=_BEGAN)
    unclaimed = _unclaimed(commands, budget.moment)
    for row in commands:
        if row.result is not OpResult.INFO and row.ended_at is not None and row.code not in _UNANSWERED:
            found[row.location].append(_Row(row.ended_at - budget.moment, 1.0))
        before = fences.get(row.share or "", 0)
        if row.share is None or row.fence is None or row.fence <= before:
            continue
        fences[row.share] = row.fence
        if row.tried > (0 if row.sequence is None else 1):
            since = _since(row.began_at, unclaimed.get(row.location, ()), budget.moment)
            found[row.location].append(_Row(row.began_at, -1.0, retry=row, since=since))
        else:  # claims before it that asked nothing may have been first tries, too
            found[row.location].append(_Row(row.began_at - budget.moment, budget.part * (row.fence - before)))
    return found


def _unclaimed(commands: Iterable[Attempt], moment: float) -> Mapping[str, Sequence[tuple[float, float]]]:
    """By cluster, when commands were under way that no claim asks for: spans between which more than a moment is."""
    found: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for row in commands:
        if row.fence is not None:
            continue
        spans, begins, ends = found[row.location], row.began_at, inf if row.ended_at is None else row.ended_at
        if spans and begins <= spans[-1][1] + moment:
            begins, last = spans.pop()
            ends = max(ends, last)
        spans.append((begins, ends))
    return found


def _since(at: float, spans: Sequence[tuple[float, float]], moment: float) -> float:
    """From when the token may be of a command that begins then: a moment before, or before the span it waited for."""
    place = bisect_right(spans, (at, inf))
    waited = place > 0 and spans[place - 1][1] >= at - moment
    return (spans[place - 1][0] if waited else at) - moment


def _overdrawn(rows: Sequence[_Row], budget: _Budget) -> tuple[Sequence[Attempt], float] | None:
    """The retries since the bucket was last full, up to the first that nothing allows, and how many were allowed."""
    tokens, at, full_at = budget.saved, 0.0, -inf
    allowed = most = budget.saved + budget.floor * budget.moment
    fresh: deque[_Row] = deque()
    retries: list[Attempt] = []
    for row in rows:
        gained = max(0.0, row.at - at) * budget.floor + max(0.0, row.tokens)
        tokens, at, allowed = tokens + gained, row.at, allowed + gained
        if row.retry is None:
            fresh.append(row)
        if row.full or tokens >= budget.saved:
            while fresh and fresh[0].at < row.at - 2 * budget.moment:
                fresh.popleft()
            tokens, full_at, allowed = budget.saved, row.at, most + sum(each.tokens for each in fresh)
            retries = []
        if row.retry is not None:
            tokens -= 1.0
            if row.since >= full_at - budget.moment:
                retries.append(row.retry)
            if len(retries) > allowed:
                return retries, allowed
    return None


def _idle(index: HistoryIndex) -> str | None:
    return None if _budget(index) is not None else "retries have no budget"


RETRY_BUDGET = Checker(
    invariant="S15",
    title="retries keep to their budget",
    find=_find,
    idle=_idle,
    doubts=no_logs,
    excuse=starvation,
)
