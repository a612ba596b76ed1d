"""The lives of a name on a cluster, by the cluster's own log of effects."""

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import NamedTuple

from harness.checkers.grouping import NUMBER, ByName, grouped
from reports.history import Effect, EffectKind

__all__ = ["ShareLifetime", "lifetimes_of"]

# Python 3.11 takes longer to look a member up in its enum than to do the rest of a turn of the loops below.
_CREATED, _HALF_CREATED, _BY_OTHERS = EffectKind.CREATED, EffectKind.HALF_CREATED, EffectKind.CREATED_BY_OTHERS
_DELETED = EffectKind.DELETED
_LOST = frozenset({EffectKind.WIPED, EffectKind.DELETED_BY_OTHERS})
"""Ends of a share that no command asked for: its cluster lost it, or somebody removed it by hand."""


class ShareLifetime(NamedTuple):
    """One life of a name on a cluster: from the effect that made it to the one that ended it (None: it lives).

    share: the record that it was made for, by its mark or by its request id; None where neither tells.
    completed: when it was whole, None for a share that stayed half-made.
    """

    cluster: str
    name: str
    incarnation: int
    born: Effect
    completed: float | None
    died: Effect | None
    share: str | None

    def alive(self, since: float, until: float) -> bool:
        """Whether it was whole and there throughout [since, until]."""
        completed, died = self.completed, self.died
        return completed is not None and completed <= since and (died is None or died.at >= until)

    def covers(self, since: float, until: float) -> bool:
        """Whether it was alive from `since` on, and until `until` unless it was lost."""
        completed, died = self.completed, self.died
        if completed is None or completed > since:
            return False
        return died is None or died.at >= until or (died.kind in _LOST and died.at >= since)

    def lost_within(self, since: float, until: float) -> bool:
        """Whether it was whole, and was lost in [since, until]."""
        died = self.died
        return self.completed is not None and died is not None and died.kind in _LOST and since <= died.at <= until

    @property
    def swept(self) -> bool:
        """It landed after its command had ended, against the connector's promise, and was found and removed.

        No pipeline can prevent such an effect; the sweeper is the remedy, and it worked.
        """
        return self.born.late and self.died is not None

    @property
    def is_foreign(self) -> bool:
        """Somebody else made it: it is none of the pipeline's, and to be left alone."""
        return self.born.kind is _BY_OTHERS

    @property
    def lost(self) -> bool:
        """Its cluster was wiped, or somebody removed it by hand: the pipeline has no part in that."""
        return self.died is not None and self.died.kind in _LOST


def lifetimes_of(
    effects: Iterable[Effect], owner_of: Callable[[Effect], str | None]
) -> ByName[Sequence[ShareLifetime]]:
    """The lives of each name on its cluster, in order: by cluster, then as its log has them."""
    by_cluster = grouped(effects, by=attrgetter("cluster"))
    lifetimes: dict[str, dict[str, Sequence[ShareLifetime]]] = {}
    for cluster in sorted(by_cluster):
        by_name = grouped(sorted(by_cluster[cluster], key=NUMBER), by=attrgetter("name"))
        lifetimes[cluster] = {name: _lifetimes(rows, owner_of) for name, rows in by_name.items()}
    return lifetimes


def _lifetimes(rows: Sequence[Effect], owner_of: Callable[[Effect], str | None]) -> Sequence[ShareLifetime]:
    """Birth, completion and death of each incarnation; a second birth of one incarnation completes it."""
    first = rows[0]
    if first.kind is _CREATED and len(rows) == 1:  # as most names are: made whole, and left alone
        return (ShareLifetime(first.cluster, first.name, first.incarnation, first, first.at, None, owner_of(first)),)
    born: dict[int, Effect] = {}
    completed: dict[int, float] = {}
    died: dict[int, Effect] = {}
    for row in rows:
        kind, incarnation = row.kind, row.incarnation
        if kind is _CREATED or kind is _BY_OTHERS:
            born.setdefault(incarnation, row)
            completed.setdefault(incarnation, row.at)
        elif kind is _HALF_CREATED:
            born.setdefault(incarnation, row)
        elif kind is _DELETED or kind in _LOST:
            died.setdefault(incarnation, row)
    return [
        ShareLifetime(
            row.cluster, row.name, incarnation, row, completed.get(incarnation), died.get(incarnation), owner_of(row)
        )
        for incarnation, row in born.items()
    ]
