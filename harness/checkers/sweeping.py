"""How long something may be on a cluster that nobody is to have: until the service's own sweep had its time.

The default is not at all; a service's sheet may give its sweep a grace.
"""

from collections.abc import Iterable

from harness.checkers.grouping import named
from harness.checkers.history_index import HistoryIndex
from harness.checkers.share_lifetime import ShareLifetime
from reports.history import Op, OpKind, OpResult, Reading, SeenShare

__all__ = ["is_early", "is_in_time", "may_be_there", "told"]


def is_in_time(index: HistoryIndex, lifetime: ShareLifetime, since: float, grace: float) -> bool:
    """Whether a share that nobody was to have from `since` on was removed in time, or the run ended before that."""
    return grace > 0 and _known_until(index, lifetime) <= max(since, lifetime.born.at) + grace + index.bounds.skew


def is_early(index: HistoryIndex, reading: Reading, since: float, grace: float) -> bool:
    """Whether a reading came before the sweep was due for what nobody was to have from `since` on."""
    return grace > 0 and reading.at <= since + grace + index.bounds.skew


def told(ops: Iterable[Op]) -> float:
    """When the last of the answers to these came, or was due."""
    return max((op.invoked_at if op.completed_at is None else op.completed_at for op in ops), default=0.0)


def may_be_there(index: HistoryIndex, reading: Reading, share: SeenShare) -> bool:
    """Whether a share without a record may still wait for the sweep when a reading shows it."""
    return is_early(index, reading, _last_news(index, share), index.bounds.allowances.grace)


def _known_until(index: HistoryIndex, lifetime: ShareLifetime) -> float:
    if lifetime.died is not None:
        return lifetime.died.at
    readings = (index.reading(lifetime.cluster, round) for round in (1, 2))
    return max((reading.at for reading in readings if reading is not None), default=lifetime.born.at)


def _last_news(index: HistoryIndex, share: SeenShare) -> float:
    """When it landed, or when a client was last told anything of it but that it is not there."""
    about = named(index.ops_by_name, share.location, share.name)
    news = told(op for op in about if op.kind is not OpKind.GET or op.result is OpResult.OK)
    return max([news, *(lifetime.born.at for lifetime in named(index.lifetimes, share.location, share.name))])
