"""L3, resolvable: at rest, whoever never got a clear answer can find out by asking: done or not, nothing in between.

Of a dead letter the answer is that it waits for an operator.
"""

from collections.abc import Iterator, Mapping, Sequence

from harness.checkers.checker import Checker, Need
from harness.checkers.history_index import HistoryIndex
from harness.checkers.poison import dead_letters
from harness.checkers.sweeping import may_be_there
from harness.checkers.unplanned_ends import excuse
from harness.checkers.witness import anomaly, of_op, of_reading
from reports.history import Op, OpKind, Reading, SeenShare
from reports.verdicts import Anomaly

__all__ = ["RESOLVABLE"]

_CHANGES = frozenset({OpKind.CREATE, OpKind.RESIZE, OpKind.DELETE})
_RESIZE = OpKind.RESIZE


def _find(index: HistoryIndex) -> Iterator[Anomaly]:
    api = _last(index, "api")
    unclear = _unclear(index)
    if api is None or index.bounds.interrupted or not unclear:
        return
    records = {(share.location, share.name): share for share in api.shares}
    dead = dead_letters(index)
    on_clusters = _on_clusters(index)
    for op in unclear:
        key = (op.location, op.name)
        if key in records and records[key].share in dead:
            continue
        between = _between(op, records.get(key), None if key in index.foreign else on_clusters.get(key))
        if between is not None:
            message = f"{op.kind} was never clear, and asking does not tell: {between}"
            yield anomaly("L3", *key, message, of_op(op), of_reading(api))


def _unclear(index: HistoryIndex) -> Sequence[Op]:
    return [op for op in index.unclear if op.kind in _CHANGES]


def _between(op: Op, record: SeenShare | None, share: SeenShare | None) -> str | None:
    """What keeps the answer open, or None."""
    if record is not None and record.state not in {"active", "lost"}:
        return f"its record is {record.state}"
    if record is None and share is not None:
        return "it is on the cluster without a record"
    if record is not None and share is not None and op.kind is _RESIZE and record.size != share.size:
        return f"the record says {record.size} bytes, the cluster {share.size}"
    return None


def _on_clusters(index: HistoryIndex) -> Mapping[tuple[str, str], SeenShare]:
    """What the last readings show, but for what the service's own sweep still has its time for."""
    readings = [reading for side in index.sides if (reading := _last(index, side)) is not None]
    return {
        (share.location, share.name): share
        for reading in readings
        for share in reading.shares
        if not may_be_there(index, reading, share)
    }


def _last(index: HistoryIndex, side: str) -> Reading | None:
    """The last reading of a side that succeeded."""
    rows = [index.reading(side, 2), index.reading(side, 1)]
    return next((row for row in rows if row is not None and row.ok), None)


def _doubts(index: HistoryIndex) -> Sequence[str]:
    if index.bounds.interrupted:
        return ["the run was interrupted before it could come to rest"]
    return [] if _last(index, "api") is not None else ["the API could not be read at rest"]


def _remark(index: HistoryIndex) -> str:
    unclear = len(_unclear(index))
    return f"holds: {unclear} unclear ops" if unclear else "holds: every answer was clear"


RESOLVABLE = Checker(
    invariant="L3",
    title="every unclear op can be resolved",
    find=_find,
    needs=frozenset({Need.READINGS}),
    doubts=_doubts,
    excuse=excuse,
    remark=_remark,
)
