"""Response and service times of the ops of a load, by phase, op and cluster.

A response time counts from the instant at which an arrival was due, a service time from the one at which it was sent.
What never ended counts with its age, so that nothing looks faster than it was.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from reports.history import History, Op, Purpose
from reports.measures import quantile

__all__ = ["PERCENTS", "LatencyRow", "RunPace", "latency_rows", "pace_of"]

PERCENTS = (50.0, 75.0, 95.0, 99.0, 99.9)


@dataclass(frozen=True, slots=True, kw_only=True)
class LatencyRow:
    """phase, cluster: empty for all of them. response, service: seconds by percent, as in `PERCENTS`. fastest, slowest:
    response times. open: how many never ended."""

    phase: str
    op: str
    cluster: str
    count: int
    failed: int
    open: int
    fastest: float
    slowest: float
    response: tuple[float, ...]
    service: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPace:
    """How much too late arrivals were sent. Seconds."""

    median: float
    p99: float
    worst: float


def latency_rows(history: History) -> list[LatencyRow]:
    """All ops; then by phase, and by cluster where there are several."""
    watched = max((op.completed_at or op.invoked_at for op in history.ops), default=0.0)
    phases = list(dict.fromkeys(op.phase for op in history.ops if op.phase))
    clusters = sorted({op.location for op in history.ops if op.location})
    found = list(_of(history.ops, watched))
    for phase in phases:
        found += _of([op for op in history.ops if op.phase == phase], watched, phase=phase)
    for cluster in clusters if len(clusters) > 1 else ():
        found += _of([op for op in history.ops if op.location == cluster], watched, cluster=cluster)
    return found


def pace_of(history: History) -> RunPace | None:
    """None where no arrival came."""
    late = [op.invoked_at - op.intended_at for op in history.ops if op.purpose is not Purpose.POLL]
    median, p99, worst = (quantile(late, share) for share in (0.5, 0.99, 1.0))
    return None if median is None or p99 is None or worst is None else RunPace(median=median, p99=p99, worst=worst)


def _of(ops: Iterable[Op], watched: float, *, phase: str = "", cluster: str = "") -> Iterator[LatencyRow]:
    by_op: dict[str, list[Op]] = {}
    for op in ops:
        name = f"{op.kind} (poll)" if op.purpose is Purpose.POLL else str(op.kind)
        by_op.setdefault(name, []).append(op)
    for name, rows in by_op.items():
        response = [(op.completed_at or watched) - op.intended_at for op in rows]
        yield LatencyRow(
            phase=phase,
            op=name,
            cluster=cluster,
            count=len(rows),
            failed=sum(op.result == "fail" for op in rows),
            open=sum(op.completed_at is None for op in rows),
            fastest=min(response),
            slowest=max(response),
            response=_quantiles(response),
            service=_quantiles([(op.completed_at or watched) - op.invoked_at for op in rows]),
        )


def _quantiles(values: Sequence[float]) -> tuple[float, ...]:
    ordered = sorted(values)
    return tuple(quantile(ordered, percent / 100) or 0.0 for percent in PERCENTS)
