"""Claims that went before others: of other tenants before a tenant's next, of lower priorities before a higher one."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from math import inf
from operator import attrgetter, itemgetter
from typing import NamedTuple

from harness.checkers.grouping import grouped
from harness.checkers.history_index import HistoryIndex
from harness.scenario.nemesis_kinds import NemesisKind
from harness.scenario.service import ServiceSettings
from reports.history import Attempt, OpKind, StateChange

__all__ = ["PassedOver", "most_claims", "most_outranked", "outranked", "passed_over", "tenants_of"]

_PARTS = frozenset({NemesisKind.KILL, NemesisKind.TERMINATE, NemesisKind.PAUSE, NemesisKind.SKEW})
_STORE = "store"
_HIGHEST = 9
_BEGAN: Callable[[Attempt], float] = attrgetter("began_at")
_AT_REST = frozenset({"active", "lost", None})


class PassedOver(NamedTuple):
    """claims: of other tenants, in order, from the acceptance of a share until its tenant's next claim there."""

    accepted: StateChange
    claims: Sequence[Attempt]


def tenants_of(index: HistoryIndex) -> Mapping[str, str]:
    """Whose each record is that was made in the run, as far as a create that was accepted tells."""
    return index.once("turns.tenants", lambda: dict(_named(index)))


def _named(index: HistoryIndex) -> Iterator[tuple[str, str]]:
    for op in index.ops_of(OpKind.CREATE):
        if op.tenant is not None and op.share is not None:
            yield op.share, op.tenant


def most_claims(index: HistoryIndex) -> int | None:
    """That others may have before a tenant's one: those that are in hand, and one of each; None: nobody takes turns."""
    scenario = index.bounds.scenario
    if scenario is None or scenario.pipeline is None or len(scenario.workload.tenants) < 2:
        return None
    return scenario.pipeline.processor.processes * (_slots(scenario.pipeline) + len(scenario.workload.tenants) - 1)


def most_outranked(index: HistoryIndex) -> int | None:
    """Claims of a lower priority that may begin before one of a higher: those that are in hand, and one; None: there
    are no priorities."""
    scenario = index.bounds.scenario
    if scenario is None or scenario.pipeline is None or not scenario.workload.priorities:
        return None
    return scenario.pipeline.processor.processes * (_slots(scenario.pipeline) + 1)


def _slots(pipeline: ServiceSettings) -> int:
    return min(pipeline.processor.workers, pipeline.command.connections * pipeline.command.sessions)


def outranked(index: HistoryIndex) -> Iterator[tuple[StateChange, int]]:
    """Each share that was made, and how many claims of its tenant with a lower priority began before its own: where
    neither parts nor the store were struck."""
    if _strikes(index):
        return
    given = {op.share: (op.tenant, op.priority or 0) for op in index.ops_of(OpKind.CREATE) if op.share is not None}
    made = [change for change in index.history.changes if change.before is None and change.share in given]
    claims = [row for rows in _firsts(index).values() for row in rows if row.share in given]
    below: dict[tuple[str, str | None], list[int]] = defaultdict(lambda: [0] * (_HIGHEST + 1))
    waiting: dict[str, tuple[StateChange, int]] = {}
    events: list[tuple[float, StateChange | Attempt]] = [
        *((change.at, change) for change in made),
        *((claim.began_at, claim) for claim in claims),
    ]
    for _, event in sorted(events, key=itemgetter(0)):
        tenant, priority = given[event.share or ""]
        passed = below[event.location, tenant]
        if isinstance(event, StateChange):
            waiting[event.share] = (event, passed[priority])
            continue
        if (accepted := waiting.pop(event.share or "", None)) is not None:
            yield accepted[0], passed[priority] - accepted[1]
        for higher in range(priority + 1, _HIGHEST + 1):
            passed[higher] += 1


def passed_over(index: HistoryIndex) -> Iterator[PassedOver]:
    """Of each share that was accepted while its tenant had no work there, where nothing was in the way."""
    tenants, firsts, busy, strikes = tenants_of(index), _firsts(index), _busy(index), _strikes(index)
    for change in index.history.changes:
        tenant = tenants.get(change.share)
        if change.before is not None or tenant is None or busy[change.location, tenant].goes_on(change.at):
            continue
        rows = firsts.get(change.location, ())
        later = rows[bisect_right(rows, change.at, key=_BEGAN) :]
        own = next((place for place, row in enumerate(later) if tenants.get(row.share or "") == tenant), len(later))
        begun = later[own].began_at if own < len(later) else inf
        if not any(change.at <= at <= begun for at in strikes):
            since = change.at + index.bounds.skew
            claims = [row for row in later[:own] if row.began_at > since and row.share in tenants]
            yield PassedOver(accepted=change, claims=claims)


class _Work:
    """When the records of a tenant at a location were not at rest."""

    def __init__(self, spans: Iterable[tuple[float, float]]) -> None:
        ordered = sorted(spans)
        self._begins = [begins for begins, _ in ordered]
        self._ends = list(accumulate((ends for _, ends in ordered), max))

    def goes_on(self, at: float) -> bool:
        """Whether some of it began before."""
        before = bisect_left(self._begins, at)
        return before > 0 and self._ends[before - 1] >= at


def _busy(index: HistoryIndex) -> Mapping[tuple[str, str], _Work]:
    """By location and tenant."""
    found: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    for share, tenant in tenants_of(index).items():
        timeline = index.timelines.get(share)
        if timeline is not None:
            moves = enumerate(timeline.changes)
            found[timeline.location, tenant] += [timeline.span(at) for at, move in moves if move.after not in _AT_REST]
    return {key: _Work(spans) for key, spans in found.items()}


def _firsts(index: HistoryIndex) -> Mapping[str, Sequence[Attempt]]:
    """By location, the first command of each claim."""
    found: dict[tuple[str | None, int], Attempt] = {}
    for row in index.history.attempts:
        if row.is_command and row.fence is not None:
            found.setdefault((row.share, row.fence), row)
    return grouped(found.values(), by=lambda row: row.location)


def _strikes(index: HistoryIndex) -> Sequence[float]:
    """When parts or the store were struck."""
    history = index.history
    return [
        *(row.at for row in history.nemesis if row.action in _PARTS),
        *(row.at for row in history.injections if row.cluster == _STORE),
        *(row.at for row in history.part_ends),
    ]
