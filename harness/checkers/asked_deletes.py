"""Whether a client may have asked for the delete of what a create made, by the ops of its name."""

from collections.abc import Sequence

from harness.checkers.history_index import HistoryIndex
from reports.history import Op, OpKind

__all__ = ["may_be_deleted"]


def may_be_deleted(index: HistoryIndex, about: Sequence[Op], create: Op, until: float) -> bool:
    """Whether a delete was asked for from the create until an instant.

    One that was never clear may be taken up late, and hits whatever has the name then.
    """
    deletes = [op for op in about if op.kind is OpKind.DELETE and op.invoked_at <= until]
    return any(op.invoked_at >= create.invoked_at or not index.is_clear(op) for op in deletes)
