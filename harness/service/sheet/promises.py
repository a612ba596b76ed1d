"""Operation resources (AIP-151, or a `Location`): where an answer names one, and how far it has come."""

from dataclasses import dataclass
from enum import StrEnum
from re import fullmatch
from urllib.parse import quote, urlsplit

from harness.http_client import HttpResponse
from harness.service.sheet.judging import holds
from harness.service.sheet.places import fill_text
from harness.service.sheet.pointers import find, find_first
from harness.service.sheet.shares import Unreadable
from harness.service.sheet.tables import OperationTable
from harness.service.sheet.terms import SheetRequest

__all__ = ["UNDER_WAY", "OperationProgress", "OperationStatus", "operation_target", "progress_of"]

_SAFE = "/?&=%:@!$'()*+,;~-._"
_SEE_OTHER = 303


class OperationProgress(StrEnum):
    """How far an operation has come."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationStatus:
    """How far it has come. reason: why it has failed."""

    stage: OperationProgress
    reason: str | None = None


def operation_target(table: OperationTable, response: HttpResponse, document: object) -> str | None:
    """Path and query of the operation that an answer names, None where it names none. Raises `Unreadable`.

    Of a full URL the host does not count: it may be another's, and headers may be secret.
    """
    if table.header is not None:
        named: object = response.headers.get(table.header.lower())
    else:
        named = find(document, table.at or "")
    if named is None or not str(named):
        return None
    parts = urlsplit(str(named))
    text = (
        (parts.path + (f"?{parts.query}" if parts.query else "")) if parts.scheme in {"http", "https"} else str(named)
    )
    if table.pattern is not None:
        found = fullmatch(table.pattern, text)
        if found is None:
            raise Unreadable(f"the operation {text[:80]!r} does not match the pattern {table.pattern!r}")
        text = found[1]
    target = fill_text(table.path, {"operation": quote(text, safe=_SAFE)})
    if not target.startswith("/") or target.startswith("//"):
        raise Unreadable(f"the operation {text[:80]!r} is no path; say in operation.path where it is below the URL")
    return target


def progress_of(table: OperationTable, status: int, document: object) -> OperationStatus:
    """How far the operation has come that this document shows; 303 sends to what has been done."""
    if table.failed is not None and holds(table.failed, document):
        reason = find_first(document, table.reason or ())
        return OperationStatus(stage=OperationProgress.FAILED, reason=None if reason is None else str(reason)[:300])
    if status == _SEE_OTHER or holds(table.done, document):
        return OperationStatus(stage=OperationProgress.DONE)
    return OperationStatus(stage=OperationProgress.RUNNING)


UNDER_WAY = {SheetRequest.CREATE: "pending", SheetRequest.RESIZE: "updating", SheetRequest.DELETE: "deleting"}
"""The state of a share while an operation on it runs."""
