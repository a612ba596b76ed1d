"""V3, clean baseline: what goes wrong before the first fault is no effect of it, so the run proves nothing."""

from collections.abc import Iterator, Sequence

from harness.checkers.checker import Checker
from harness.checkers.history_index import HistoryIndex
from reports.history import Op
from reports.sentences import count_of
from reports.verdicts import Anomaly

__all__ = ["CLEAN_BASELINE"]


def _find(index: HistoryIndex) -> Iterator[Anomaly]:
    """A dirty baseline is no anomaly of its own: it is a doubt about the run."""
    return iter(())


def _unclear(index: HistoryIndex) -> list[Op]:
    """Ops that were over before anything was disturbed, and whose answer was never clear."""
    first = index.bounds.disturbed[0][0]
    return [op for op in index.unclear if op.completed_at is not None and op.completed_at < first]


def _doubts(index: HistoryIndex) -> Sequence[str]:
    unclear = _unclear(index)
    if not unclear:
        return []
    example = f"{unclear[0].kind} {unclear[0].location}/{unclear[0].name}"
    were = count_of(len(unclear), "op was", "ops were")
    return [f"the baseline was not clean: {were} never clear before the first fault, such as {example}"]


def _idle(index: HistoryIndex) -> str | None:
    return None if index.bounds.disturbed else "nothing was disturbed"


CLEAN_BASELINE = Checker(
    invariant="V3", title="the baseline before the first fault is clean", find=_find, idle=_idle, doubts=_doubts
)
