"""The processor's transactions: each names the record, the fence, the state and the owner it saw, or changes nothing.

The owner is named too because a claim that was closed keeps its fence: without it, a claim that activated a share could
write again after the API had put the same record into the same state once more.
"""

import json
from collections.abc import Sequence
from functools import lru_cache

from connector.operations import Verb
from connector.outcomes import Outcome
from pipeline.errors import IllegalMoveError
from pipeline.numbering import request_id
from pipeline.record import Claim, Command, Message, ShareRecord, Unclaimed
from pipeline.states import ShareState, is_legal
from pipeline.store.events import write_event
from pipeline.store.rows import outcome_values, record_of, spec_hash
from pipeline.store.transaction import Row, Transaction

__all__ = [
    "begin",
    "claim",
    "end",
    "end_unclaimed",
    "give_up",
    "known",
    "move",
    "note_probe",
    "note_unclaimed",
    "release",
    "remove",
    "removed",
    "renew",
]

_WRITER = "processor"
"""Who signs the events, unless another process works on records: a design without a processor."""


def claim(
    transaction: Transaction, message: Message | None, owner: str, lease: float, locations: frozenset[str] | None
) -> Claim | None:
    """Take the record of a message, or the one that has been due longest."""
    asked: dict[str, object] = {
        "owner": owner,
        "lease_until": transaction.now + lease,
        "locations": None if locations is None else _listed(locations),
        "now": transaction.now,
    }
    if message is None:
        return _claim_of(transaction.one("claim_due", **asked), owner)
    row = transaction.one("claim_message", share=message.share, generation=message.generation, **asked)
    return _claim_of(row, owner)


def renew(transaction: Transaction, claim: Claim, lease: float) -> Claim | None:
    """Hold a record for `lease` seconds from now."""
    row = transaction.one("renew", lease_until=transaction.now + lease, **_seen(claim))
    return _claim_of(row, claim.owner)


def begin(transaction: Transaction, claim: Claim, verb: Verb, seconds: float) -> Command | None:
    """Make a command durable before it is sent."""
    deadline = transaction.now + seconds
    held = _claim_of(transaction.one("begin_command", deadline=deadline, **_seen(claim)), claim.owner)
    if held is None:
        return None
    record = held.record
    known_by = request_id(record, verb)
    _, number = transaction.insert(
        "insert_attempt",
        share=record.id,
        location=record.location,
        name=record.name,
        verb=verb.value,
        tried=record.attempt,
        request_id=known_by,
        sequence=record.sequence,
        fence=held.fence,
        began_at=transaction.now,
        deadline=deadline,
    )
    return Command(
        claim=held,
        attempt_number=number,
        verb=verb,
        request_id=known_by,
        sequence=record.sequence,
        deadline=deadline,
    )


def end(transaction: Transaction, command: Command, outcome: Outcome) -> None:
    """Note how a command ended, also for a holder who has lost the record since: it is what happened."""
    end_unclaimed(transaction, command.attempt_number, command.verb, outcome)


def note_unclaimed(transaction: Transaction, command: Unclaimed, outcome: Outcome | None) -> int:
    """Write down what no claim is held for: before it is sent, or when it is over."""
    _, number = transaction.insert(
        "insert_attempt",
        share=command.share or "",
        location=command.location,
        name=command.name or "",
        verb=command.verb.value,
        tried=command.tried,
        request_id=command.request_id,
        sequence=None,
        fence=0,
        began_at=command.began_at,
        deadline=command.deadline,
    )
    if outcome is not None:
        end_unclaimed(transaction, number, command.verb, outcome)
    return number


def end_unclaimed(transaction: Transaction, number: int, verb: Verb, outcome: Outcome) -> None:
    """Note how it ended."""
    transaction.run("end_attempt", number=number, ended_at=transaction.now, **outcome_values(verb, outcome))


def note_probe(transaction: Transaction, claim: Claim, verb: Verb, began_at: float, outcome: Outcome) -> None:
    """Note a read-only command, begun and ended, unless the record is someone else's by now."""
    transaction.run(
        "insert_probe",
        verb=verb.value,
        tried=claim.record.attempt,
        began_at=began_at,
        now=transaction.now,
        **outcome_values(verb, outcome),
        **_seen(claim),
    )


def move(
    transaction: Transaction,
    claim: Claim,
    to: ShareState,
    reason: str | None,
    confirmed_size: int | None,
    *,
    writer: str = _WRITER,
) -> Claim | None:
    """Change the state. To active closes the generation and the lease, and the size is the confirmed one."""
    before = claim.record.state
    if not is_legal(before, to):
        raise IllegalMoveError(f"share {claim.record.id}: no way from {before} to {to}")
    if to is ShareState.ACTIVE:
        row = _activate(transaction, claim, reason, confirmed_size)
    else:
        row = transaction.one(
            "move", to=to.value, reason=reason, confirmed_size=confirmed_size, now=transaction.now, **_seen(claim)
        )
    if row is None:
        return None
    record = record_of(row)
    write_event(transaction, record, before=before, after=to, writer=writer, fence=claim.fence, reason=reason)
    until = transaction.now if record.lease_until is None else record.lease_until
    return Claim(record=record, owner=claim.owner, fence=claim.fence, lease_until=until)


def give_up(transaction: Transaction, claim: Claim, size: int, reason: str) -> Claim | None:
    """Want another size from now on, and say why."""
    record = claim.record
    specified = spec_hash(record.location, record.name, size)
    row = transaction.one("give_up", size=size, spec_hash=specified, reason=reason, now=transaction.now, **_seen(claim))
    return _claim_of(row, claim.owner)


def release(
    transaction: Transaction,
    claim: Claim,
    due_in: float,
    error: str | None,
    *,
    settled: bool,
    refund: bool,
    blind: bool,
) -> bool:
    """Give a record back. An unsettled command stays so unless `settled` says otherwise."""
    row = transaction.one(
        "release",
        due_at=transaction.now + due_in,
        error=error,
        settled=settled,
        refund=refund,
        blind=blind,
        now=transaction.now,
        **_seen(claim),
    )
    return row is not None


def remove(transaction: Transaction, claim: Claim, *, writer: str = _WRITER) -> bool:
    """Remove a record that is failing or deleting."""
    before = claim.record.state
    if not is_legal(before, None):
        raise IllegalMoveError(f"share {claim.record.id}: a record that is {before} is not removed")
    row = transaction.one("remove", **_seen(claim))
    if row is None:
        return False
    record = record_of(row)
    write_event(transaction, record, before=before, after=None, writer=writer, fence=claim.fence, reason=record.reason)
    return True


def known(transaction: Transaction, ids: Sequence[str]) -> frozenset[str]:
    """Those of `ids` that have a record."""
    return frozenset(id for (id,) in transaction.all("known", ids=json.dumps(list(ids))))


def removed(transaction: Transaction, ids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Location and name of those of `ids` whose record was removed."""
    rows = transaction.all("removed", ids=json.dumps(list(ids)))
    return {id: (location, name) for id, location, name in rows}


def _activate(transaction: Transaction, claim: Claim, reason: str | None, confirmed_size: int | None) -> Row | None:
    record = claim.record
    confirmed = record.confirmed_size if confirmed_size is None else confirmed_size
    size = record.size if confirmed is None else confirmed
    return transaction.one(
        "activate",
        reason=reason,
        size=size,
        confirmed_size=confirmed,
        spec_hash=record.spec_hash if size == record.size else spec_hash(record.location, record.name, size),
        now=transaction.now,
        **_seen(claim),
    )


@lru_cache
def _listed(locations: frozenset[str]) -> str:
    """As SQLite reads them. A processor claims from the same few sets again and again."""
    return json.dumps(sorted(locations))


def _seen(claim: Claim) -> dict[str, object]:
    """What every write of a holder compares."""
    record = claim.record
    return {"row": record.row, "id": record.id, "fence": claim.fence, "state": record.state.value, "owner": claim.owner}


def _claim_of(row: Row | None, owner: str) -> Claim | None:
    if row is None:
        return None
    record: ShareRecord = record_of(row)
    assert record.lease_until is not None
    return Claim(record=record, owner=owner, fence=record.fence, lease_until=record.lease_until)
