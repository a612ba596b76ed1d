"""Why a record that is under way waits, in one sentence."""

from collections.abc import Sequence

from pipeline.api.views import rfc3339
from pipeline.holds import Hold, HoldKind
from pipeline.processor.retry_budget import is_used_up
from pipeline.record import ShareRecord

__all__ = ["why_queued"]


def why_queued(record: ShareRecord, holds: Sequence[Hold], now: float) -> str:
    """holds: those of all clusters. now: Unix seconds by the store's clock."""
    hold = next((hold for hold in holds if hold.location == record.location and hold.kind is HoldKind.PAUSE), None)
    if record.lease_until is not None and record.lease_until > now:
        return f"a processor works on it, and keeps it at the longest until {rfc3339(record.lease_until)}"
    if hold is not None and hold.is_in_force(now):
        until = "that is lifted" if hold.until is None else rfc3339(hold.until)
        return f"{hold.location} is paused by {hold.who} until {until}: {hold.reason}"
    if is_used_up(record.last_error, record.location):
        return f"{record.last_error}: it is tried again {_next(record, now)}"
    if record.last_error is not None:
        return f"is tried again {_next(record, now)}, after {record.last_error}"
    return f"is taken up {_next(record, now)}"


def _next(record: ShareRecord, now: float) -> str:
    return f"at {rfc3339(record.due_at)}" if record.due_at > now else "as soon as a processor has a place for it"
