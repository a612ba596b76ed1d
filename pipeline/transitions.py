"""The transitions of a record, as pure functions: the one text of what each operation does to it. Every store realises
them.

A function takes the record as it stands and gives the one that follows, with the row of `events` or `attempts` that
goes with it, or None where the record is not, or no longer, in a state that allows it. A stored row gets its number
from the store; here it is `UNNUMBERED`. Instants (`now`) are Unix seconds by the store's clock, durations are seconds.
"""

from math import inf

from connector.operations import Verb
from connector.outcomes import Outcome
from connector.values import replace
from pipeline.errors import IllegalMoveError
from pipeline.kinds.table import KINDS
from pipeline.numbering import next_sequence, request_id
from pipeline.record import (
    AttemptRow,
    Change,
    Claim,
    Command,
    EventRow,
    Message,
    NewShare,
    SharePart,
    ShareRecord,
    Unclaimed,
    spec_hash,
)
from pipeline.states import RESTING, Operation, ShareState, is_legal

__all__ = [
    "DEAD",
    "REQUEUED",
    "UNNUMBERED",
    "activate_again",
    "begin",
    "begin_unclaimed",
    "change",
    "check_move",
    "claim",
    "claim_of",
    "command_of",
    "create",
    "created",
    "dead_event",
    "dead_letter",
    "due_order",
    "end",
    "event",
    "give_up",
    "is_ahead",
    "is_cancelled",
    "is_due",
    "is_held",
    "move",
    "probe",
    "release",
    "remove",
    "renew",
    "requeue",
    "turn_order",
]

UNNUMBERED = 0

DEAD = "dead letter: "
"""Opens the reason of the event of a record that became one."""
REQUEUED = "requeued"
"""The reason of the event of a record that is a dead letter no more."""

# Python 3.11 takes long to look a member of an enum up
_CREATE = Operation.CREATE
_PENDING, _ACTIVE = ShareState.PENDING, ShareState.ACTIVE
_FAILING = ShareState.FAILING


# What the API does


def create(row: int, share: NewShare, now: float) -> ShareRecord:
    """The record of a share whose create is accepted now. Its event: `created`."""
    return ShareRecord(
        row=row,
        id=share.id,
        location=share.location,
        name=share.name,
        size=share.size,
        confirmed_size=None,
        spec_hash=spec_hash(share.location, share.name, share.size),
        operation=_CREATE,
        generation=1,
        generation_done=0,
        state=_PENDING,
        reason=None,
        owner=None,
        lease_until=None,
        fence=0,
        sequence=0,
        command_deadline=None,
        attempt=0,
        due_at=now,
        last_error=None,
        created_at=now,
        updated_at=now,
        tenant=share.tenant,
        priority=share.priority,
    )


def created(record: ShareRecord, now: float) -> EventRow:
    """The event of a record that was just made."""
    return event(record, None, record.state, writer="api", fence=None, reason=None, now=now)


def change(record: ShareRecord, change: Change, now: float) -> tuple[ShareRecord, EventRow] | None:
    """A task of a kind is asked for. None: the record is in a state that does not allow it, or is somebody's.

    A create that is cancelled may be in hand: whoever has it can write no more, since the record is nobody's and in
    another state, as after a lease that was lost. What was sent for it is waited out by the delete like any other.
    """
    kind = KINDS[change.operation]
    if not is_cancelled(record, change) and (record.state not in kind.begins_in or record.owner is not None):
        return None
    size = record.size if change.size is None else change.size
    changed = replace(
        record,
        state=kind.under_way,
        operation=change.operation,
        size=size,
        spec_hash=_spec_of(record, size),
        part=change.part,
        owner=None,
        lease_until=None,
        generation=record.generation + 1,
        attempt=0,
        deferrals=0,
        due_at=now,
        reason=None,
        last_error=None,
        updated_at=now,
    )
    return changed, event(changed, record.state, changed.state, writer="api", fence=None, reason=None, now=now)


def is_cancelled(record: ShareRecord, change: Change) -> bool:
    """Whether the change ends a create that is under way."""
    return change.cancels and record.state is _PENDING and KINDS[change.operation].under_way is ShareState.DELETING


# What whoever carries out the work does


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


def begin(
    record: ShareRecord | None, claim: Claim, verb: Verb, *, seconds: float, now: float
) -> tuple[ShareRecord, AttemptRow] | None:
    """A command becomes durable before it is sent; the lease outlives its deadline.

    The sequence lies above those of every earlier record of the name: a connector remembers names, not records.
    """
    if record is None or not is_held(record, claim):
        return None
    deadline = now + seconds
    assert record.lease_until is not None, "only a claim begins commands"
    begun = replace(
        record,
        sequence=next_sequence(record.sequence, record.row),
        settled=False,
        attempt=record.attempt + 1,
        command_deadline=deadline if record.command_deadline is None else max(record.command_deadline, deadline),
        lease_until=max(record.lease_until, deadline),
        due_at=max(record.due_at, deadline),
    )
    attempt = AttemptRow(
        number=UNNUMBERED,
        share=begun.id,
        location=begun.location,
        name=begun.name,
        verb=verb,
        tried=begun.attempt,
        request_id=request_id(begun, verb),
        sequence=begun.sequence,
        fence=begun.fence,
        began_at=now,
        deadline=deadline,
        ended_at=None,
        outcome=None,
    )
    return begun, attempt


def command_of(claim: Claim, attempt: AttemptRow, number: int) -> Command:
    """The command that an attempt, by its number in the store, tells of."""
    assert attempt.request_id is not None
    assert attempt.sequence is not None
    return Command(
        claim=claim,
        attempt_number=number,
        verb=attempt.verb,
        request_id=attempt.request_id,
        sequence=attempt.sequence,
        deadline=attempt.deadline,
    )


def begin_unclaimed(command: Unclaimed) -> AttemptRow:
    """The row of a command that no claim is held for."""
    return AttemptRow(
        number=UNNUMBERED,
        share=command.share or "",
        location=command.location,
        name=command.name or "",
        verb=command.verb,
        tried=command.tried,
        request_id=command.request_id,
        sequence=None,
        fence=0,
        began_at=command.began_at,
        deadline=command.deadline,
        ended_at=None,
        outcome=None,
    )


def probe(claim: Claim, verb: Verb, *, began_at: float, outcome: Outcome, now: float) -> AttemptRow:
    """The row of a command that only reads: written when it is over."""
    record = claim.record
    return AttemptRow(
        number=UNNUMBERED,
        share=record.id,
        location=record.location,
        name=record.name,
        verb=verb,
        tried=record.attempt,
        request_id=None,
        sequence=None,
        fence=record.fence,
        began_at=began_at,
        deadline=now,
        ended_at=now,
        outcome=outcome,
    )


def end(attempt: AttemptRow, outcome: Outcome, now: float) -> AttemptRow | None:
    """How a command ended, said also by a holder who has lost the record since. None: that is known already."""
    return None if attempt.ended_at is not None else replace(attempt, ended_at=now, outcome=outcome)


def check_move(claim: Claim, to: ShareState | None) -> None:
    """Raises `IllegalMoveError` for a move that no share may make. to: None, where its record is to be removed."""
    before = claim.record.state
    if not is_legal(before, to):
        what = f"a record that is {before} is not removed" if to is None else f"no way from {before} to {to}"
        raise IllegalMoveError(f"share {claim.record.id}: {what}")


def move(
    record: ShareRecord | None,
    claim: Claim,
    to: ShareState,
    *,
    reason: str | None,
    confirmed_size: int | None,
    writer: str,
    now: float,
    parts: tuple[SharePart, ...] | None = None,
) -> tuple[ShareRecord, EventRow] | None:
    """The state changes. To active or lost also closes the generation and the lease, and the confirmed size becomes
    the wanted one. parts: what the share has from now on; None: as before. Raises `IllegalMoveError`."""
    check_move(claim, to)
    before = claim.record.state
    if record is None or not is_held(record, claim):
        return None
    confirmed = record.confirmed_size if confirmed_size is None else confirmed_size
    if to in RESTING:
        kept = record if parts is None else replace(record, parts=parts)
        moved = _closed(kept, to, confirmed, reason, now)
    elif to is _FAILING:  # its tries count those of the cleanup from now on
        moved = replace(
            record, state=to, reason=reason, confirmed_size=confirmed, attempt=0, deferrals=0, claims=0, updated_at=now
        )
    else:
        moved = replace(record, state=to, reason=reason, confirmed_size=confirmed, updated_at=now)
    return moved, event(moved, before, to, writer=writer, fence=record.fence, reason=reason, now=now)


def activate_again(
    record: ShareRecord | None, claim: Claim, *, reason: str | None, writer: str, now: float
) -> tuple[ShareRecord, EventRow] | None:
    """A change is rolled back, as if it had not been asked for. From deleting no `move` leads back: this alone does."""
    if record is None or not is_held(record, claim):
        return None
    active = _closed(record, _ACTIVE, record.confirmed_size, reason, now)
    return active, event(active, record.state, _ACTIVE, writer=writer, fence=record.fence, reason=reason, now=now)


def give_up(record: ShareRecord | None, claim: Claim, *, size: int, reason: str, now: float) -> ShareRecord | None:
    """An update is given up: it stays updating, to `size`, and ends active with the reason. No change of state."""
    if record is None or not is_held(record, claim):
        return None
    return replace(
        record,
        size=size,
        spec_hash=_spec_of(record, size),
        reason=reason,
        attempt=0,
        deferrals=0,
        settled=False,
        updated_at=now,
    )


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


def remove(record: ShareRecord | None, claim: Claim, *, writer: str, now: float) -> EventRow | None:
    """A record that is failing or deleting goes. Raises `IllegalMoveError`."""
    check_move(claim, None)
    if record is None or not is_held(record, claim):
        return None
    return event(record, record.state, None, writer=writer, fence=record.fence, reason=record.reason, now=now)


def _closed(
    record: ShareRecord, state: ShareState, confirmed: int | None, reason: str | None, now: float
) -> ShareRecord:
    """Nothing is under way any more."""
    size = record.size if confirmed is None else confirmed
    return replace(
        record,
        state=state,
        reason=reason,
        size=size,
        confirmed_size=confirmed,
        spec_hash=_spec_of(record, size),
        generation_done=record.generation,
        owner=None,
        lease_until=None,
        last_error=None,
        claims=0,
        updated_at=now,
    )


def _spec_of(record: ShareRecord, size: int) -> str:
    return record.spec_hash if size == record.size else spec_hash(record.location, record.name, size)


def event(
    record: ShareRecord,
    before: ShareState | None,
    after: ShareState | None,
    *,
    writer: str,
    fence: int | None,
    reason: str | None,
    now: float,
) -> EventRow:
    """The row of a change of state."""
    return EventRow(
        number=UNNUMBERED,
        at=now,
        share=record.id,
        location=record.location,
        name=record.name,
        before=before,
        after=after,
        writer=writer,
        fence=fence,
        reason=reason,
        operation=record.operation,
        tenant=record.tenant,
    )
