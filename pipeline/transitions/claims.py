"""Whose a record is: who may claim it, whose turn it is, and how a claim lasts and ends."""

from math import inf

from connector.values import replace
from pipeline.record import Claim, EventRow, Message, ShareRecord
from pipeline.states import RESTING
from pipeline.transitions.rows import event

__all__ = [
    "DEAD",
    "REQUEUED",
    "claim",
    "claim_of",
    "dead_event",
    "dead_letter",
    "due_order",
    "is_ahead",
    "is_due",
    "is_held",
    "release",
    "renew",
    "requeue",
    "turn_order",
]

DEAD = "dead letter: "
"""Opens the reason of the event of a record that became one."""
REQUEUED = "requeued"
"""The reason of the event of a record that is a dead letter no more."""


def is_due(record: ShareRecord, now: float) -> bool:
    """Whether anyone may claim it. A claim moves `due_at` to the end of its lease: nobody else is next before then."""
    return record.state not in RESTING and record.due_at <= now


def due_order(record: ShareRecord) -> tuple[float, int]:
    """Of the records that are due, the least by this is claimed next: the one that has been due longest."""
    return record.due_at, record.row


def turn_order(record: ShareRecord, served: str) -> tuple[bool, str, int, float, int]:
    """Of the records that are due at one cluster, the least by this has its turn: the first of the tenants behind the
    one that was `served` last, round and round; of its records the highest priority, and of those by `due_order`.

    A tenant that alone has work waiting has every turn. No priority lets one tenant pass another.
    """
    return record.tenant <= served, record.tenant, -record.priority, *due_order(record)


def is_ahead(other: ShareRecord, record: ShareRecord) -> bool:
    """Whether `other`, which has its turn, goes before a record that a message names: it is another tenant's, or of
    another priority. Among equals messages lead to their own records."""
    return (other.tenant, other.priority) != (record.tenant, record.priority)


def claim(
    record: ShareRecord | None,
    message: Message | None,
    *,
    owner: str,
    lease: float,
    locations: frozenset[str] | None,
    now: float,
    poison: int | None = None,
) -> ShareRecord | None:
    """A due record is taken: the fence rises, so that no earlier holder can write any more. One whose last `poison`
    claims all ended without a word is taken by nobody: it becomes a dead letter.

    None: it is gone, held, not yet due, not at any of `locations` (None: all will do), or its generation of which the
    message tells is done.
    """
    if record is None or not is_due(record, now):
        return None
    if locations is not None and record.location not in locations:
        return None
    if message is not None and (record.id != message.share or record.generation_done >= message.generation):
        return None
    if poison is not None and record.claims >= poison:
        return dead_letter(record, f"poison: {record.claims} claims in a row ended without a word", now)
    until = now + lease
    return replace(
        record,
        owner=owner,
        lease_until=until,
        due_at=until,
        fence=record.fence + 1,
        claims=record.claims + 1,
        updated_at=now,
    )


def dead_letter(record: ShareRecord, reason: str, now: float) -> ShareRecord:
    """A record that nobody is to work on any more: it is due never, and whoever held it holds it no longer."""
    return replace(record, owner=None, lease_until=None, due_at=inf, dead=reason, updated_at=now)


def requeue(record: ShareRecord, now: float) -> ShareRecord | None:
    """A dead letter is due again. All that is known of its commands stays: they may still have their effect."""
    return None if record.dead is None else replace(record, due_at=now, dead=None, claims=0, updated_at=now)


def dead_event(before: ShareRecord, after: ShareRecord, *, writer: str, now: float) -> EventRow:
    """The event of a record that became a dead letter, or is none any more: its state stays."""
    reason = REQUEUED if after.dead is None else f"{DEAD}{after.dead}"
    return event(after, before.state, after.state, writer=writer, fence=after.fence, reason=reason, now=now)


def claim_of(record: ShareRecord, owner: str, now: float) -> Claim:
    """What its holder has of a record. A claim that closed its record has ended now."""
    until = now if record.lease_until is None else record.lease_until
    return Claim(record=record, owner=owner, fence=record.fence, lease_until=until)


def is_held(record: ShareRecord, claim: Claim) -> bool:
    """Whether the claim may still write: the record has the fence, state and owner that its holder saw.

    The owner is compared too because a claim that was closed keeps its fence: without it, a claim that activated a
    share could write again after the API had put the same record into the same state once more.
    """
    return (
        record.id == claim.record.id
        and record.fence == claim.fence
        and record.state is claim.record.state
        and record.owner == claim.owner
    )


def renew(record: ShareRecord | None, claim: Claim, *, lease: float, now: float) -> ShareRecord | None:
    """A heartbeat: the lease lasts for `lease` seconds from now."""
    if record is None or not is_held(record, claim):
        return None
    return replace(record, lease_until=now + lease, due_at=now + lease)


def release(
    record: ShareRecord | None,
    claim: Claim,
    *,
    due_in: float,
    error: str | None,
    settled: bool,
    refund: bool,
    inconclusive: bool,
    now: float,
) -> ShareRecord | None:
    """The record is given back. An unsettled command stays so unless `settled` says otherwise."""
    if record is None or not is_held(record, claim):
        return None
    return replace(
        record,
        owner=None,
        lease_until=None,
        due_at=now + due_in,
        last_error=error,
        settled=record.settled or settled,
        claims=0,
        attempt=max(0, record.attempt - refund),
        deferrals=record.deferrals + (refund or inconclusive),
        updated_at=now,
    )
