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
    ACCESS_CHANGED = "share.access_changed"
    SNAPSHOTS_CHANGED = "share.snapshots_changed"
    VERIFIED = "share.verified"
    CHANGE_FAILED = "share.change_failed"
    LOST = "share.lost"
    TEST = "webhook.test"


def kind_of(event: EventRow) -> NoticeKind | None:
    """The notice of a change of state; None: it is on the way to one that is told."""
    match event.before, event.after:
        case ShareState.PENDING, ShareState.ACTIVE:
            return NoticeKind.ACTIVE
        case ShareState.UPDATING, ShareState.ACTIVE:
            return _changed(event)
        case ShareState.UPDATING, ShareState.LOST:
            return NoticeKind.LOST
        case ShareState.DELETING, ShareState.ACTIVE:
            return NoticeKind.DELETE_FAILED
        case ShareState.FAILING, None:
            return NoticeKind.FAILED
        case ShareState.DELETING, None:
            return NoticeKind.DELETED
        case _:
            return None


_CHANGED = {
    Operation.ALLOW: NoticeKind.ACCESS_CHANGED,
    Operation.DENY: NoticeKind.ACCESS_CHANGED,
    Operation.SNAPSHOT_CREATE: NoticeKind.SNAPSHOTS_CHANGED,
    Operation.SNAPSHOT_DELETE: NoticeKind.SNAPSHOTS_CHANGED,
    Operation.VERIFY: NoticeKind.VERIFIED,
}


def _changed(event: EventRow) -> NoticeKind:
    """What came of an operation on an active share."""
    changed = NoticeKind.RESIZED if event.operation is None else _CHANGED.get(event.operation, NoticeKind.RESIZED)
    if event.reason is None:
        return changed
    return NoticeKind.RESIZE_FAILED if changed is NoticeKind.RESIZED else NoticeKind.CHANGE_FAILED
