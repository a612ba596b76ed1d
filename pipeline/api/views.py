"""Records, events and attempts as JSON."""

import re
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import quote

from connector.outcomes import Done, Failed, Outcome, Unknown
from pipeline.findings import FindingRow
from pipeline.holds import Hold
from pipeline.kinds.table import KINDS
from pipeline.record import AttemptRow, EventRow, PartKind, ShareRecord
from pipeline.states import ShareState

__all__ = [
    "attempt_view",
    "event_view",
    "finding_view",
    "hold_view",
    "parts_view",
    "queued_view",
    "rfc3339",
    "share_path",
    "share_view",
]

# Most are: to quote them costs more than to see that they need none.
_PLAIN = re.compile(r"[A-Za-z0-9_.~-]+/[A-Za-z0-9_.~-]+")


def share_path(location: str, name: str) -> str:
    """Where a share is; relative to the host, so that it also holds behind a gateway."""
    path = f"{location}/{name}"
    return f"/v1/shares/{path if _PLAIN.fullmatch(path) else quote(path)}"  # no name has a '/' of its own


def share_view(record: ShareRecord) -> dict[str, object]:
    """What a client sees of a record."""
    return {
        "id": record.id,
        "location": record.location,
        "name": record.name,
        "size": record.size,
        "state": str(record.state),
        "reason": record.reason,
        "generation": record.generation,
        "tenant": record.tenant,
        "priority": record.priority,
        "dead": record.dead,
        "created_at": rfc3339(record.created_at),
        "updated_at": rfc3339(record.updated_at),
    }


_LISTS = {PartKind.ACCESS_RULE: ("access_rules", "client", "access"), PartKind.SNAPSHOT: ("snapshots", "name", None)}
"""The name of the list, and those of a part's name and value."""


def parts_view(record: ShareRecord, kind: PartKind) -> dict[str, object]:
    """The parts of one kind, each with its state: `active`, or what the task that is under way makes of it."""
    states = dict.fromkeys(record.parts_of(kind), "active")
    becomes = KINDS[record.operation].part_becomes if record.state is ShareState.UPDATING else None
    if becomes is not None and record.part is not None and record.part.kind is kind:
        known = next((part for part in states if part.name == record.part.name), None)
        if becomes == "pending" or known is not None:
            states[record.part if known is None or becomes == "pending" else known] = becomes
    listed, named, valued = _LISTS[kind]
    rows = [
        {named: part.name} | ({} if valued is None else {valued: part.value}) | {"state": state}
        for part, state in states.items()
    ]
    return {listed: rows}


def event_view(event: EventRow) -> dict[str, object]:
    """One change of state."""
    return {
        "number": event.number,
        "at": event.at,
        "share": event.share,
        "location": event.location,
        "name": event.name,
        "before": event.before,
        "after": event.after,
        "writer": event.writer,
        "fence": event.fence,
        "reason": event.reason,
    }


def attempt_view(attempt: AttemptRow) -> dict[str, object]:
    """One command; `result` null: its end was never written."""
    return {
        "number": attempt.number,
        "share": attempt.share,
        "location": attempt.location,
        "name": attempt.name,
        "verb": attempt.verb,
        "tried": attempt.tried,
        "request_id": attempt.request_id,
        "sequence": attempt.sequence,
        "fence": attempt.fence,
        "began_at": attempt.began_at,
        "ended_at": attempt.ended_at,
        "deadline": attempt.deadline,
        **_outcome_view(attempt.outcome),
    }


def finding_view(row: FindingRow) -> dict[str, object]:
    """What a sweep found."""
    found = row.finding
    return {
        "number": row.number,
        "at": row.at,
        "location": row.location,
        "kind": found.kind,
        "name": found.name,
        "mark": found.mark,
        "detail": found.detail,
    }


def hold_view(hold: Hold) -> dict[str, object]:
    """What an operator holds up."""
    return {
        "location": hold.location,
        "kind": hold.kind,
        "reason": hold.reason,
        "who": hold.who,
        "since": rfc3339(hold.since),
        "until": None if hold.until is None else rfc3339(hold.until),
    }


def queued_view(record: ShareRecord) -> dict[str, object]:
    """What an operator sees of a record that is under way."""
    return {
        "id": record.id,
        "location": record.location,
        "name": record.name,
        "state": record.state,
        "tenant": record.tenant,
        "priority": record.priority,
        "attempt": record.attempt,
        "due_at": rfc3339(record.due_at),
        "owner": record.owner,
        "lease_until": None if record.lease_until is None else rfc3339(record.lease_until),
        "last_error": record.last_error,
    }


def _outcome_view(outcome: Outcome | None) -> dict[str, object]:
    match outcome:
        case None:
            return {"result": None, "code": None, "site": None, "message": None}
        case Done():
            return {"result": "ok", "code": None, "site": None, "message": None}
        case Failed(code=code, site=site, message=message):
            return {"result": "fail", "code": code, "site": site, "message": message}
        case Unknown(code=code, site=site, message=message):
            return {"result": "unknown", "code": code, "site": site, "message": message}


@lru_cache(maxsize=256)
def rfc3339(instant: float) -> str:
    """An instant, in UTC. What is accepted in one transaction carries one, and a page of records few."""
    seconds, milliseconds = divmod(int(instant * 1000), 1000)
    return f"{_to_the_second(seconds)}.{milliseconds:03}Z"


@lru_cache(maxsize=64)
def _to_the_second(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}"
