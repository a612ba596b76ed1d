"""What somebody removed from the clusters by hand, as notes: the checkers do not hold it against the service."""

from collections.abc import Iterable, Iterator

from reports.history import Effect, EffectKind

__all__ = ["removals_by_hand"]

_NAMED = 5


def removals_by_hand(effects: Iterable[Effect]) -> Iterator[str]:
    """One note for each cluster that lost shares so."""
    removed: dict[str, list[str]] = {}
    for row in effects:
        if row.kind is EffectKind.DELETED_BY_OTHERS:
            removed.setdefault(row.cluster, []).append(f"{row.name} at {row.at:.3f} s")
    for cluster, rows in removed.items():
        more = f" and {len(rows) - _NAMED} more" if len(rows) > _NAMED else ""
        yield f"removed by hand on {cluster}, which is not held against the service: {', '.join(rows[:_NAMED])}{more}"
