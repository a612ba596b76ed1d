"""Whether the generators of a load kept its pace: figures of a load that was not the planned one prove nothing."""

from collections.abc import Iterator
from math import ceil

from harness.checkers.history_index import HistoryIndex
from reports.history import Op, Purpose
from reports.sentences import count_of, seconds

__all__ = ["MOST_BUSY", "lateness", "lost_pace"]

MOST_BUSY = 0.9
"""Of a core: a generator that takes more has no room left, and measures itself."""


def lateness(ops: tuple[Op, ...], share: float = 0.99) -> float | None:
    """How much too late arrivals were sent, at most, of all but the latest `1 - share`; None where none came."""
    late = sorted(op.invoked_at - op.intended_at for op in ops if op.purpose is not Purpose.POLL)
    return late[max(ceil(share * len(late)), 1) - 1] if late else None


def lost_pace(index: HistoryIndex) -> Iterator[str]:
    """Reasons why the load was not the planned one. Nothing is said of clients in the harness's own process."""
    generators = index.bounds.generators
    if not generators:
        return
    late, latest = lateness(index.history.ops), generators[0].latest
    if late is not None and late > latest:
        yield (
            f"the load generators were too slow: p99 of their lateness is {seconds(late)}, allowed are "
            f"{seconds(latest)}; use more processes or a lower rate"
        )
    if dropped := sum(row.dropped for row in generators):
        yield f"the load generators dropped {count_of(dropped, 'arrival')} for want of open files"
    if not index.bounds.interrupted:
        yield from (
            f"load generator {row.number} took {row.busy:.0%} of a core, allowed are {MOST_BUSY:.0%}; "
            "use more processes or a lower rate"
            for row in generators
            if row.busy > MOST_BUSY
        )
