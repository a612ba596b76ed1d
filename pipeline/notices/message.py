"""The body of a message: a pure function of what it tells of, so that every try sends the same bytes."""

from datetime import UTC, datetime
from urllib.parse import quote

from pydantic_core import to_json

from pipeline.notices.kinds import NoticeKind
from pipeline.notices.records import NoticeDelivery

__all__ = ["STATES", "body_of", "data_of"]

STATES = {
    NoticeKind.ACTIVE: "active",
    NoticeKind.FAILED: "removed",
    NoticeKind.DELETED: "removed",
    NoticeKind.RESIZED: "active",
    NoticeKind.RESIZE_FAILED: "active",
    NoticeKind.DELETE_FAILED: "active",
    NoticeKind.ACCESS_CHANGED: "active",
    NoticeKind.SNAPSHOTS_CHANGED: "active",
    NoticeKind.VERIFIED: "active",
    NoticeKind.CHANGE_FAILED: "active",
    NoticeKind.LOST: "lost",
}
"""What a share is, behind a change of which a notice tells."""


def body_of(delivery: NoticeDelivery) -> bytes:
    """As Standard Webhooks has it: `type`, `timestamp` (of the change) and `data`."""
    at = datetime.fromtimestamp(delivery.at, UTC)
    timestamp = f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"
    return to_json({"type": delivery.kind.value, "timestamp": timestamp, "data": data_of(delivery)})


def data_of(delivery: NoticeDelivery) -> dict[str, object]:
    """What a message tells; a test tells nothing."""
    if delivery.kind is NoticeKind.TEST:
        return {}
    return {
        "event": delivery.event,
        "id": delivery.share,
        "location": delivery.location,
        "name": delivery.name,
        "state": STATES[delivery.kind],
        "reason": delivery.reason,
        "path": f"/v1/shares/{quote(delivery.location, safe='')}/{quote(delivery.name, safe='')}",
    }
