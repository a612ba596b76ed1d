"""Rows into records and back. The order of columns is that of the records' fields; a test holds schema.sql to it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import Any

from pydantic import TypeAdapter

from connector.codes import Code
from connector.operations import (
    CapabilitiesReply,
    DoneReply,
    ListReply,
    PingReply,
    Reply,
    ShowReply,
    SnapshotsReply,
    Verb,
)
from connector.outcomes import Done, Failed, Outcome, Unknown
from connector.sites import Site
from connector.values import from_row
from pipeline.findings import FindingKind, FindingRow, SweepFinding
from pipeline.holds import Hold, HoldKind
from pipeline.quotas import Usage
from pipeline.record import AttemptRow, EventRow, Idempotency, PartKind, SharePart, ShareRecord
from pipeline.states import Operation, ShareState
from pipeline.store.acceptances import StoredAnswer
from pipeline.store.protocol import BacklogAge, MessageCounts
from pipeline.store.tables import KeptAnswer

__all__ = [
    "CHANGING_COLUMNS",
    "SHARE_COLUMNS",
    "Row",
    "ahead_values",
    "attempt_of",
    "attempt_values",
    "changing_values",
    "event_of",
    "event_values",
    "finding_of",
    "finding_row_of",
    "hold_of",
    "hold_values",
    "kept_answer_of",
    "key_values",
    "message_counts_of",
    "outcome_values",
    "record_of",
    "usage_of",
]

Row = tuple[Any, ...]
"""A row as the database gives it; this file alone looks into it."""

SHARE_COLUMNS = tuple(field.name for field in fields(ShareRecord))

CHANGING_COLUMNS = tuple(
    column
    for column in SHARE_COLUMNS
    if column not in {"row", "id", "location", "name", "created_at", "tenant", "priority"}
)
_changing_of = attrgetter(*CHANGING_COLUMNS)
_SPELLED = ("operation", "state", "settled", "part", "parts")
_OPERATION, _STATE, _SETTLED, _PART, _PARTS = map(SHARE_COLUMNS.index, _SPELLED)
_CHANGING_OPERATION, _CHANGING_STATE, _CHANGING_SETTLED, _CHANGING_PART, _CHANGING_PARTS = map(
    CHANGING_COLUMNS.index, _SPELLED
)
# A table answers in a tenth of the time of an enum's own search, and there is a record to read at every turn.
_BEFORE_ALL, _BEHIND_ALL = "", "\U0010ffff"
"""Of tenants, as their names are sorted: by bytes."""
_OPERATIONS = {operation.value: operation for operation in Operation}
_STATES = {state.value: state for state in ShareState}
# Of a change: what was made comes from no state, and what was removed is in none.
_SIDES: dict[str | None, ShareState | None] = {None: None} | {state.value: state for state in ShareState}
_VERBS = {verb.value: verb for verb in Verb}

_ENDING = len(fields(AttemptRow)) - 1
"""Where in a row of `attempts` the columns of the outcome begin, which is the last field."""


def record_of(row: Row) -> ShareRecord:
    """A row of `shares`."""
    values = list(row)
    values[_OPERATION] = _OPERATIONS[row[_OPERATION]]
    values[_STATE] = _STATES[row[_STATE]]
    values[_SETTLED] = bool(row[_SETTLED])
    if row[_PART] is not None:
        (values[_PART],) = _parts_of(row[_PART])
    values[_PARTS] = () if row[_PARTS] is None else _parts_of(row[_PARTS])
    return from_row(ShareRecord, values)


def changing_values(record: ShareRecord) -> list[object]:
    """The columns of a record that change in its life, in the order of `CHANGING_COLUMNS`; plain values, since SQLite's
    module is slow with other kinds."""
    values: list[object] = list(_changing_of(record))
    values[_CHANGING_OPERATION] = record.operation.value
    values[_CHANGING_STATE] = record.state.value
    values[_CHANGING_SETTLED] = int(record.settled)
    if record.part is not None:
        values[_CHANGING_PART] = _words_of((record.part,))
    values[_CHANGING_PARTS] = _words_of(record.parts) if record.parts else None
    return values


def ahead_values(record: ShareRecord, served: str) -> dict[str, object]:
    """Between which tenants those are who have their turn before this record's, round and round behind `served`: up to
    its own, and where that one is not behind, all that are, and then from the first up to its own."""
    is_behind = record.tenant > served
    return {
        "location": record.location,
        "served": served,
        "upper": record.tenant if is_behind else _BEHIND_ALL,
        "lower": _BEFORE_ALL if is_behind else record.tenant,
        "tenant": record.tenant,
        "priority": record.priority,
    }


def _parts_of(words: str) -> tuple[SharePart, ...]:
    return tuple(SharePart(kind=PartKind(kind), name=name, value=value) for kind, name, value in json.loads(words))


def _words_of(parts: Sequence[SharePart]) -> str:
    return json.dumps([(part.kind, part.name, part.value) for part in parts])


def event_of(row: Row) -> EventRow:
    """A row of `events`."""
    number, at, share, location, name, before, after, *signed, word, tenant = row
    told = (number, at, share, location, name, _SIDES[before], _SIDES[after], *signed)
    return from_row(EventRow, (*told, None if word is None else _OPERATIONS[word], tenant))


def event_values(event: EventRow) -> dict[str, object]:
    """The columns of an event, except its number."""
    return {
        "at": event.at,
        "share": event.share,
        "location": event.location,
        "name": event.name,
        "before": None if event.before is None else event.before.value,
        "after": None if event.after is None else event.after.value,
        "writer": event.writer,
        "fence": event.fence,
        "reason": event.reason,
        "operation": None if event.operation is None else event.operation.value,
        "tenant": event.tenant,
    }


def attempt_of(row: Row) -> AttemptRow:
    """A row of `attempts`: what was tried, and in its last columns how that ended."""
    number, share, location, name, word, *tried = row[:_ENDING]
    verb = _VERBS[word]
    return from_row(AttemptRow, (number, share, location, name, verb, *tried, _outcome_of(verb, row[_ENDING:])))


def attempt_values(attempt: AttemptRow) -> dict[str, object]:
    """The columns of an attempt, except its number; those of its outcome where it has one."""
    values: dict[str, object] = {
        "share": attempt.share,
        "location": attempt.location,
        "name": attempt.name,
        "verb": attempt.verb.value,
        "tried": attempt.tried,
        "request_id": attempt.request_id,
        "sequence": attempt.sequence,
        "fence": attempt.fence,
        "began_at": attempt.began_at,
        "deadline": attempt.deadline,
        "ended_at": attempt.ended_at,
    }
    return values if attempt.outcome is None else values | outcome_values(attempt.verb, attempt.outcome)


def outcome_values(verb: Verb, outcome: Outcome) -> dict[str, object]:
    """The columns of the end of a command; plain strings, since SQLite's module is slow with other kinds."""
    match outcome:
        case Done(reply=reply):
            text = _adapter(verb).dump_json(reply).decode()
            return {"result": "ok", "code": None, "site": None, "message": None, "reply": text}
        case Failed(code=code, site=site, message=message):
            return {"result": "fail", "code": code.value, "site": site.value, "message": message, "reply": None}
        case Unknown(code=code, site=site, message=message):
            return {"result": "unknown", "code": code.value, "site": site.value, "message": message, "reply": None}


def finding_of(row: Sequence[Any]) -> SweepFinding:
    """The last columns of a row of `findings`."""
    kind, name, mark, detail = row
    return SweepFinding(kind=FindingKind(kind), name=name, mark=mark, detail=detail)


def finding_row_of(row: Sequence[Any]) -> FindingRow:
    """A row of `findings`."""
    number, at, location, *finding = row
    return FindingRow(number=number, at=at, location=location, finding=finding_of(finding))


def hold_of(row: Sequence[Any]) -> Hold:
    """A row of `holds`."""
    location, kind, reason, who, since, until = row
    return Hold(location=location, kind=HoldKind(kind), reason=reason, who=who, since=since, until=until)


def hold_values(hold: Hold) -> dict[str, object]:
    """The columns of a hold."""
    return {
        "location": hold.location,
        "kind": hold.kind.value,
        "reason": hold.reason,
        "who": hold.who,
        "since": hold.since,
        "until": hold.until,
    }


def message_counts_of(row: Sequence[Any] | None) -> MessageCounts:
    """The one row of a count of messages."""
    assert row is not None, "a count always has its row"
    sent, waiting, done, expired = row
    return MessageCounts(sent=sent, waiting=waiting, done=done, expired=expired)


def backlog_age_of(since: Sequence[float | None] | None, now: float) -> BacklogAge:
    """The one row of the two instants, None where there is none."""
    assert since is not None, "it always has its row"
    pending, overdue = (0.0 if at is None else max(0.0, now - at) for at in since)
    return BacklogAge(pending=pending, overdue=overdue)


def usage_of(tenants: Sequence[str], rows: Sequence[Sequence[Any]]) -> Mapping[str, Usage]:
    """The rows of a sum by tenant: of a tenant without a record there is none."""
    return dict.fromkeys(tenants, Usage()) | {
        tenant: Usage(shares=shares, bytes=int(size)) for tenant, shares, size in rows
    }


def kept_answer_of(row: Sequence[Any]) -> KeptAnswer:
    """What is kept with a key."""
    body_hash, status, headers, body = row
    pairs = tuple((name.encode("latin-1"), value.encode("latin-1")) for name, value in json.loads(headers))
    return body_hash, StoredAnswer(status=status, headers=pairs, body=body.encode())


def key_values(key: Idempotency, answer: StoredAnswer) -> dict[str, object]:
    """The columns of a key with its answer."""
    return {
        "tenant": key.tenant,
        "key": key.key,
        "body_hash": key.body_hash,
        "expires_at": key.expires_at,
        "status": answer.status,
        "headers": json.dumps([(name.decode("latin-1"), value.decode("latin-1")) for name, value in answer.headers]),
        "body": answer.body.decode(),
    }


def _outcome_of(verb: Verb, ending: Row) -> Outcome | None:
    result, code, site, message, reply = ending
    match result:
        case None:
            return None
        case "ok":
            return Done(reply=_adapter(verb).validate_json(reply))
        case "fail":
            return Failed(code=Code(code), site=Site(site), message=message)
        case _:
            return Unknown(code=Code(code), site=Site(site), message=message)


@cache
def _adapter(verb: Verb) -> TypeAdapter[Any]:
    """Reads and writes the replies of one verb: a reply's class is known by its verb, not by its fields."""
    kinds: dict[Verb, type[Reply]] = {
        Verb.SHOW: ShowReply,
        Verb.LIST: ListReply,
        Verb.SNAPSHOT_LIST: SnapshotsReply,
        Verb.CAPABILITIES: CapabilitiesReply,
        Verb.PING: PingReply,
    }
    return TypeAdapter(kinds.get(verb, DoneReply))
