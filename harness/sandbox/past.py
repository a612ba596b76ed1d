"""The sandbox at an earlier instant, from the history alone: every share, every cluster, and what was broken."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from harness.nemesis.switches import OFF, ON
from harness.sandbox.shares import SandboxShares, ShareRow
from harness.sandbox.switched_faults import FAULT_OFF, FAULT_ON
from harness.sandbox.until import history_until
from reports.history import Attempt, Effect, EffectKind, History, NemesisAction, OpResult

__all__ = ["Past", "PastCluster", "past_of"]

_ENDED_BY: Mapping[str, str] = {
    FAULT_ON: FAULT_OFF,
    ON: OFF,
    "kill": "restart",
    "terminate": "restart",
    "pause": "resume",
    "crash": "return",
    "hold": "lift",
}
"""What takes back what was done by hand."""
_MADE = frozenset({EffectKind.CREATED, EffectKind.HALF_CREATED, EffectKind.CREATED_BY_OTHERS})
_GONE = frozenset({EffectKind.DELETED, EffectKind.DELETED_BY_OTHERS})


@dataclass(frozen=True, slots=True, kw_only=True)
class PastCluster:
    """shares: that were on it. under_way: commands sent to it that had no answer yet."""

    name: str
    shares: int
    under_way: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """at: of `begins` to `ends`, the instants of the history. unclear: shares whose last command had an unknown outcome
    by then. broken: what was, in words."""

    at: float
    begins: float
    ends: float
    shares: Sequence[ShareRow]
    unclear: frozenset[str]
    clusters: Sequence[PastCluster]
    broken: Sequence[str]


def past_of(history: History, part: float, *, now: float, clusters: Sequence[str]) -> Past:
    """part: of the time between the first row and now, from 0 to 1."""
    begins = min(_instants(history), default=now)
    at = begins + part * (now - begins)
    then = history_until(history, at)
    table = SandboxShares()
    for change in then.changes:
        table.moved(change)
    table.tried(row for row in then.attempts if row.is_command)
    rows = table.rows()
    return Past(
        at=at,
        begins=begins,
        ends=now,
        shares=rows,
        unclear=frozenset(row.share for row in rows if _is_unclear(row.last)),
        clusters=[_cluster(name, then) for name in clusters],
        broken=list(_broken(then.nemesis)),
    )


def _instants(history: History) -> Iterator[float]:
    yield from (row.invoked_at for row in history.ops)
    for rows in (history.changes, history.effects, history.nemesis):
        yield from (row.at for row in rows)


def _is_unclear(last: Attempt | None) -> bool:
    return last is not None and last.ended_at is not None and last.result is OpResult.INFO


def _cluster(name: str, history: History) -> PastCluster:
    under_way = sum(1 for row in history.attempts if row.location == name and row.is_command and row.ended_at is None)
    return PastCluster(name=name, shares=len(_on(name, history.effects)), under_way=under_way)


def _on(cluster: str, effects: Sequence[Effect]) -> set[str]:
    """The names of the shares that these effects left on it."""
    names: set[str] = set()
    for row in effects:
        if row.cluster != cluster:
            continue
        if row.kind in _MADE:
            names.add(row.name)
        elif row.kind in _GONE:
            names.discard(row.name)
        elif row.kind is EffectKind.WIPED:
            names.clear()
    return names


def _broken(actions: Sequence[NemesisAction]) -> Iterator[str]:
    standing: list[NemesisAction] = []
    for row in actions:
        standing = [one for one in standing if not _ends(row, one)]
        if row.action in _ENDED_BY:
            standing.append(row)
    for row in standing:
        yield f"{row.action} {row.target} {row.detail}".strip()


def _ends(row: NemesisAction, before: NemesisAction) -> bool:
    if row.target != before.target or row.action != _ENDED_BY[before.action]:
        return False
    return before.action not in {FAULT_ON, ON} or row.detail == before.detail
