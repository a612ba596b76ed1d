"""The states of a share and the only moves between them."""

from enum import StrEnum

__all__ = ["LEGAL", "Operation", "ShareState", "is_legal"]


class ShareState(StrEnum):
    """pending -> active; active -> updating -> active; pending | active -> failing | deleting -> removed.

    failing: the create failed for good, so the record goes; deleting: the user asked. Never back from either.
    """

    PENDING = "pending"
    ACTIVE = "active"
    UPDATING = "updating"
    FAILING = "failing"
    DELETING = "deleting"


class Operation(StrEnum):
    """What a record's newest generation wants done."""

    CREATE = "create"
    RESIZE = "resize"
    DELETE = "delete"


LEGAL: dict[ShareState | None, frozenset[ShareState | None]] = {
    None: frozenset({ShareState.PENDING}),
    ShareState.PENDING: frozenset({ShareState.ACTIVE, ShareState.FAILING, ShareState.DELETING}),
    ShareState.ACTIVE: frozenset({ShareState.UPDATING, ShareState.FAILING, ShareState.DELETING}),
    ShareState.UPDATING: frozenset({ShareState.ACTIVE}),
    ShareState.FAILING: frozenset({None}),
    ShareState.DELETING: frozenset({None}),
}
"""From a state (None: no record) to those that may follow."""


def is_legal(before: ShareState | None, after: ShareState | None) -> bool:
    """Whether a record may move from `before` to `after`."""
    return after in LEGAL[before]
