"""The kinds of notice: which changes of state are told, and under which name."""

from enum import StrEnum

from pipeline.record import EventRow
from pipeline.states import Operation, ShareState

__all__ = ["NoticeKind", "kind_of"]


class NoticeKind(StrEnum):
    """The `type` of a message. webhook.test belongs to no share: it is sent when somebody asks for it."""

    ACTIVE = "share.active"
    FAILED = "share.failed"
    DELETED = "share.deleted"
    RESIZED = "share.resized"
    RESIZE_FAILED = "share.resize_failed"
    DELETE_FAILED = "share.delete_failed"
    TEST = "webhook.test"


_RESIZES = (None, Operation.RESIZE)
"""The updates that are told; None: an event of a store from before there were others."""


def kind_of(event: EventRow) -> NoticeKind | None:
    """The notice of a change of state; None: it is on the way to one that is told."""
    match event.before, event.after:
        case ShareState.PENDING, ShareState.ACTIVE:
            return NoticeKind.ACTIVE
        case ShareState.UPDATING, ShareState.ACTIVE if event.operation in _RESIZES:
            return NoticeKind.RESIZED if event.reason is None else NoticeKind.RESIZE_FAILED
        case ShareState.DELETING, ShareState.ACTIVE:
            return NoticeKind.DELETE_FAILED
        case ShareState.FAILING, None:
            return NoticeKind.FAILED
        case ShareState.DELETING, None:
            return NoticeKind.DELETED
        case _:
            return None
