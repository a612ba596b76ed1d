"""S11: only the processor removes records; no other hand, and no silent disappearance."""

from collections.abc import Iterator

from harness.checkers.checker import Checker, Need
from harness.checkers.evidence import Evidence
from harness.checkers.grouped import named
from harness.checkers.record_timeline import Path
from harness.checkers.witness import anomaly, of_change, of_op
from reports.history import OpKind
from reports.verdicts import Anomaly

__all__ = ["ONLY_PROCESSOR_REMOVES"]


def _find(evidence: Evidence) -> Iterator[Anomaly]:
    for timeline in evidence.timelines_along(_removed_by_another):
        removed = timeline.removed
        if removed is not None:
            message = f"its record was removed by {removed.writer}"
            yield anomaly("S11", timeline.location, timeline.name, message, of_change(removed))
    yield from _missing(evidence)


def _removed_by_another(path: Path) -> bool:
    removed = path.first.get(None)
    return removed is not None and path.moves[removed].writer != "processor"


def _missing(evidence: Evidence) -> Iterator[Anomaly]:
    """A read that finds nothing while the log says that the record is there all along."""
    skew = evidence.bounds.skew
    for op in evidence.ops_of(OpKind.GET):
        if op.status != 404 or op.completed_at is None:
            continue
        for timeline in named(evidence.timelines_by_name, op.location, op.name):
            made, removed = timeline.changes[0].at, timeline.removed
            if made + skew < op.invoked_at and (removed is None or removed.at - skew > op.completed_at):
                message = "its record was gone, and the processor had not removed it"
                yield anomaly("S11", op.location, op.name, message, of_change(timeline.changes[0]), of_op(op))


ONLY_PROCESSOR_REMOVES = Checker(
    invariant="S11", title="only the processor removes records", find=_find, needs=frozenset({Need.CHANGES})
)
