"""The transactions of whoever carries out the work: each loads the record, applies its transition, and writes what
follows, or changes nothing where the claim no longer holds."""

from connector.operations import Verb
from connector.outcomes import Outcome
from pipeline import transitions
from pipeline.record import Claim, Command, Message, ShareRecord, Unclaimed
from pipeline.states import ShareState
from pipeline.store.tables import Tables

__all__ = [
    "begin",
    "claim",
    "end",
    "give_up",
    "move",
    "note_probe",
    "note_unclaimed",
    "release",
    "remove",
    "renew",
]


def claim(
    tables: Tables, message: Message | None, owner: str, lease: float, locations: frozenset[str] | None
) -> Claim | None:
    """Take the record of a message, or the one that has been due longest."""
    record = tables.earliest_due(locations) if message is None else tables.find_id(message.share)
    claimed = transitions.claim(record, message, owner=owner, lease=lease, locations=locations, now=tables.now)
    return _written(tables, record, claimed, owner)


def renew(tables: Tables, claim: Claim, lease: float) -> Claim | None:
    """Hold a record for `lease` seconds from now."""
    record = tables.load(claim.record.row)
    return _written(tables, record, transitions.renew(record, claim, lease=lease, now=tables.now), claim.owner)


def begin(tables: Tables, claim: Claim, verb: Verb, seconds: float) -> Command | None:
    """Make a command durable before it is sent."""
    record = tables.load(claim.record.row)
    begun = transitions.begin(record, claim, verb, seconds=seconds, now=tables.now)
    if begun is None:
        return None
    after, attempt = begun
    held = _written(tables, record, after, claim.owner)
    assert held is not None
    return transitions.command_of(held, attempt, tables.insert_attempt(attempt))


def end(tables: Tables, command: Command, outcome: Outcome) -> None:
    """Note how a command ended, also for a holder who has lost the record since: it is what happened."""
    tables.end_attempt(command.attempt_number, command.verb, outcome)


def note_unclaimed(tables: Tables, command: Unclaimed, outcome: Outcome | None) -> int:
    """Write down what no claim is held for: before it is sent, or when it is over."""
    number = tables.insert_attempt(transitions.begin_unclaimed(command))
    if outcome is not None:
        tables.end_attempt(number, command.verb, outcome)
    return number


def note_probe(tables: Tables, claim: Claim, verb: Verb, began_at: float, outcome: Outcome) -> None:
    """Note a read-only command, begun and ended, unless the record is someone else's by now."""
    record = tables.load(claim.record.row)
    attempt = transitions.probe(record, claim, verb, began_at=began_at, outcome=outcome, now=tables.now)
    if attempt is not None:
        tables.insert_attempt(attempt)


def move(
    tables: Tables, claim: Claim, to: ShareState, reason: str | None, confirmed_size: int | None, *, writer: str
) -> Claim | None:
    """Change the state. Raises `IllegalMoveError`."""
    record = tables.load(claim.record.row)
    moved = transitions.move(
        record, claim, to, reason=reason, confirmed_size=confirmed_size, writer=writer, now=tables.now
    )
    if moved is None:
        return None
    after, event = moved
    tables.insert_event(event)
    return _written(tables, record, after, claim.owner)


def give_up(tables: Tables, claim: Claim, size: int, reason: str) -> Claim | None:
    """Want another size from now on, and say why."""
    record = tables.load(claim.record.row)
    given_up = transitions.give_up(record, claim, size=size, reason=reason, now=tables.now)
    return _written(tables, record, given_up, claim.owner)


def release(
    tables: Tables, claim: Claim, due_in: float, error: str | None, *, settled: bool, refund: bool, blind: bool
) -> bool:
    """Give a record back."""
    record = tables.load(claim.record.row)
    released = transitions.release(
        record, claim, due_in=due_in, error=error, settled=settled, refund=refund, blind=blind, now=tables.now
    )
    return _written(tables, record, released, claim.owner) is not None


def remove(tables: Tables, claim: Claim, *, writer: str) -> bool:
    """Remove a record that is failing or deleting. Raises `IllegalMoveError`."""
    record = tables.load(claim.record.row)
    event = transitions.remove(record, claim, writer=writer, now=tables.now)
    if record is None or event is None:
        return False
    tables.delete(record)
    tables.insert_event(event)
    return True


def _written(tables: Tables, before: ShareRecord | None, after: ShareRecord | None, owner: str) -> Claim | None:
    """The claim on a record as it is now."""
    if before is None or after is None:
        return None
    tables.update(before, after)
    return transitions.claim_of(after, owner, tables.now)
