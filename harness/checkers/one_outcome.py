"""S9, one outcome: every accepted op ends once, and nothing said of it later contradicts that."""

from collections.abc import Iterator, Sequence

from harness.checkers.checker import Checker, Need
from harness.checkers.history_index import HistoryIndex
from harness.checkers.record_timeline import Path
from harness.checkers.witness import anomaly, of_change, of_op
from reports.history import Op, OpKind, OpResult
from reports.verdicts import Anomaly

__all__ = ["ONE_OUTCOME"]

_OK = OpResult.OK


def _find(index: HistoryIndex) -> Iterator[Anomaly]:
    allowed = index.bounds.allowances.moves
    for timeline in index.timelines_along(lambda path: bool(_contradictions(path, allowed))):
        for message, places in _contradictions(timeline.path, allowed):
            witnesses = [of_change(timeline.changes[place]) for place in places]
            yield anomaly("S9", timeline.location, timeline.name, message, *witnesses)
    yield from _two_records_for_one_op(index)


def _contradictions(
    path: Path, allowed: Sequence[tuple[str | None, str | None]]
) -> Sequence[tuple[str, Sequence[int]]]:
    """What a path tells twice, or takes back, and the places of the moves that do; not what its sheet allows."""
    into = {move.after for move in path.moves if (move.before, move.after) in allowed}
    outcomes = [place for place, move in enumerate(path.moves) if move.before == "pending"]
    removals = [place for place, move in enumerate(path.moves) if move.after is None]
    active, failing = path.first.get("active"), path.first.get("failing")
    found: list[tuple[str, Sequence[int]]] = []
    if len(outcomes) > 1 and "pending" not in into:
        found.append(("its create ended twice", outcomes))
    if len(removals) > 1:
        found.append(("its record was removed twice", removals))
    if active is not None and failing is not None and failing > active and "failing" not in into:
        found.append(("was reported active, and then failed", (active, failing)))
    return found


def _two_records_for_one_op(index: HistoryIndex) -> Iterator[Anomaly]:
    """All accepted answers for one record agree on where it is; one record never serves two different keys.

    Without keys a create that finds its share cannot be told from the one that made it.
    """
    keys: dict[str, Op] = {}
    astray: set[str] = set()
    for op in index.ops_of(OpKind.CREATE):
        if op.result is not _OK or op.share is None:
            continue
        first = keys.setdefault(op.share, op)
        if first is op:
            continue
        if (first.location, first.name) != (op.location, op.name):
            astray.add(op.share)
        if (index.bounds.allowances.keys and first.key != op.key) or op.share in astray:
            message = "one record was promised to two different creates"
            yield anomaly("S9", op.location, op.name, message, of_op(first), of_op(op))


ONE_OUTCOME = Checker(
    invariant="S9", title="every accepted op has one outcome", find=_find, helped_by=frozenset({Need.CHANGE_LOG})
)
