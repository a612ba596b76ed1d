"""S17: no tenant has more than its quota, and what is freed can be had again.

A record counts from its acceptance to its removal. Whose it is tell the creates of its name; where two tenants asked
for that, it counts for neither where a tenant may have too much, and for each where one is refused. Where a tenant
may have too much, a record is as large as the least that was asked for: by its creates, and by each resize that came
about. What any resize asks for counts as it is accepted, but no longer, since one that is given up is not logged before
it ends. Where one is refused, a record is as large as the most. So every doubt is in favour of the service.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from math import inf
from typing import NamedTuple

from harness.checkers.checker import Checker
from harness.checkers.grouping import named
from harness.checkers.history_index import HistoryIndex
from harness.checkers.holds import no_logs
from harness.checkers.record_timeline import RecordTimeline
from harness.checkers.update_ends import ends_update, may_have_begun
from harness.checkers.witness import anomaly, of_change, of_op
from harness.scenario.service import QuotasSettings
from reports.history import Op, OpKind, StateChange
from reports.verdicts import Anomaly

__all__ = ["TENANT_QUOTAS"]

_REFUSED = "quota-exceeded"
_UNNAMED = "default"
"""Whose a share is where the load does not say who asks."""
_SIZED = frozenset({OpKind.CREATE, OpKind.RESIZE})


class _Limits(NamedTuple):
    """Of one tenant."""

    shares: float
    bytes: float


class _Step(NamedTuple):
    """What a record's tenant has more, or less, from an instant on. asked: bytes, whatever comes of them. grows: the
    change at which something more was accepted."""

    at: float
    bytes: int
    asked: int = 0
    grows: StateChange | None = None
    shares: int = 0


class _Had(NamedTuple):
    """A record. tenants: whose it may be. most: bytes."""

    tenants: frozenset[str]
    steps: Sequence[_Step]
    made: float
    gone: float
    most: int


def _quotas(index: HistoryIndex) -> QuotasSettings | None:
    scenario = index.bounds.scenario
    pipeline = None if scenario is None else scenario.pipeline
    quotas = None if pipeline is None else pipeline.given_quotas
    return quotas if quotas is not None and quotas.is_limited else None


def _limits(quotas: QuotasSettings, tenant: str) -> _Limits:
    own = quotas.tenants.get(tenant)
    shares = quotas.shares if own is None or own.shares is None else own.shares
    size = quotas.bytes if own is None or own.bytes is None else own.bytes
    return _Limits(shares=shares or inf, bytes=size or inf)


def _had(index: HistoryIndex) -> Iterator[_Had]:
    for timeline in index.timelines.values():
        first = timeline.changes[0]
        if first.before is not None:
            continue
        about = named(index.ops_by_name, timeline.location, timeline.name)
        sizes = [op.size for op in about if op.kind in _SIZED and op.size is not None]
        removed = timeline.removed
        yield _Had(
            tenants=frozenset(_tenant(op) for op in about if op.kind is OpKind.CREATE),
            steps=[*_steps(timeline, about, index.bounds.skew)],
            made=first.at,
            gone=inf if removed is None else removed.at,
            most=max(sizes, default=0),
        )


def _steps(timeline: RecordTimeline, about: Sequence[Op], skew: float) -> Iterator[_Step]:
    """All that a record comes to. What goes within the skew of clocks has gone before."""
    first, size = timeline.changes[0], min(_asked(about, OpKind.CREATE), default=0)
    yield _Step(first.at, size, size, first, shares=1)
    for began, ended in zip(timeline.changes, (*timeline.changes[1:], None), strict=True):
        if began.after != "updating":
            continue
        causes = [op for op in about if may_have_begun(op, began, skew)]
        asked = _asked(causes, OpKind.RESIZE)
        more = min(asked, default=size) - size
        wanted, less = max(0, more) if len(asked) == len(causes) else 0, min(0, more)
        came_about = ended is not None and ends_update(ended) and ended.reason is None
        grown = wanted if came_about else 0
        yield _Step(began.at, grown, wanted, began)
        if ended is not None:
            yield _Step(ended.at - skew, less)
        size += grown + less
    if (removed := timeline.removed) is not None:
        yield _Step(removed.at - skew, -size, shares=-1)


def _asked(ops: Sequence[Op], kind: OpKind) -> Sequence[int]:
    """The sizes that ops of a kind ask for."""
    return [op.size for op in ops if op.kind is kind and op.size is not None]


def _tenant(op: Op) -> str:
    return op.tenant or _UNNAMED


def _find(index: HistoryIndex) -> Iterator[Anomaly]:
    quotas = _quotas(index)
    if quotas is None:
        return
    by_tenant: dict[str, list[_Had]] = defaultdict(list)
    for had in _had(index):
        for tenant in had.tenants:
            by_tenant[tenant].append(had)
    for tenant, records in by_tenant.items():
        yield from _exceeded(tenant, _limits(quotas, tenant), (row for row in records if len(row.tenants) == 1))
    if not any(row.side == "api" and row.round == 0 and row.shares for row in index.history.readings):
        yield from _refused(index, quotas, by_tenant)


def _exceeded(tenant: str, limits: _Limits, records: Iterable[_Had]) -> Iterator[Anomaly]:
    """The first change that gives a tenant too much."""
    shares = size = 0
    for step in sorted(
        (step for row in records for step in row.steps), key=lambda step: (step.at, step.grows is not None)
    ):
        shares, with_it, size = shares + step.shares, size + step.asked, size + step.bytes
        if step.grows is None:
            continue
        if step.shares and shares > limits.shares:
            has, most = f"{shares} shares", limits.shares
        elif with_it > limits.bytes:
            has, most = f"{with_it} bytes", limits.bytes
        else:
            continue
        what = "was accepted" if step.shares else "was accepted to be resized"
        message = f"{what}, and tenant {tenant} has {has} with it; its quota is {most:.0f}"
        yield anomaly("S17", step.grows.location, step.grows.name, message, of_change(step.grows))
        return


class _MostBetween:
    """How much a tenant can have had at most at any moment of a span."""

    def __init__(self, records: Iterable[_Had], skew: float) -> None:
        rows = list(records)
        self._made, self._made_bytes = _totals((row.made - skew, row.most) for row in rows)
        self._gone, self._gone_bytes = _totals((row.gone + skew, row.most) for row in rows)

    def __call__(self, since: float, until: float) -> tuple[int, int]:
        made, gone = bisect_right(self._made, until), bisect_left(self._gone, since)
        return made - gone, self._made_bytes[made] - self._gone_bytes[gone]


def _totals(rows: Iterable[tuple[float, int]]) -> tuple[Sequence[float], Sequence[int]]:
    ordered = sorted(rows)
    return [at for at, _ in ordered], [0, *accumulate(size for _, size in ordered)]


def _refused(index: HistoryIndex, quotas: QuotasSettings, by_tenant: Mapping[str, Sequence[_Had]]) -> Iterator[Anomaly]:
    had = {tenant: _MostBetween(records, index.bounds.skew) for tenant, records in by_tenant.items()}
    for op in index.history.ops:
        if op.cause != _REFUSED or op.kind not in _SIZED or op.completed_at is None:
            continue
        tenant = _tenant(op)
        between = had.get(tenant)
        shares, size = (0, 0) if between is None else between(op.invoked_at, op.completed_at)
        limits = _limits(quotas, tenant)
        more = 1 if op.kind is OpKind.CREATE else 0
        if shares + more <= limits.shares and size + (op.size or 0) <= limits.bytes:
            message = f"was refused for the quota of tenant {tenant}, which had {shares} shares of {size} bytes at most"
            yield anomaly("S17", op.location, op.name, message, of_op(op))


TENANT_QUOTAS = Checker(
    invariant="S17",
    title="a tenant has no more than its quota, and no less",
    find=_find,
    idle=lambda index: None if _quotas(index) is not None else "tenants have no quotas",
    doubts=no_logs,
)
