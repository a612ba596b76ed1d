"""The transactions of whoever carries out the work: each applies a transition to the record and writes what follows,
or changes nothing where the claim no longer holds."""

from collections.abc import Iterator

from connector.operations import Verb
from connector.outcomes import Outcome
from pipeline import transitions
from pipeline.record import Claim, Command, SharePart, ShareRecord, Unclaimed
from pipeline.states import ShareState
from pipeline.store.tables import Tables

__all__ = [
    "begin",
    "end",
    "give_up",
    "move",
    "note_unclaimed",
    "release",
    "remove",
    "renew",
    "write_notes",
]


def renew(tables: Tables, claim: Claim, lease: float) -> Claim | None:
    """Hold a record for `lease` seconds from now."""
    for record in _versions(tables, claim):
        renewed = transitions.renew(record, claim, lease=lease, now=tables.now)
        if renewed is not None and tables.update(record, renewed):
            return transitions.claim_of(renewed, claim.owner, tables.now)
    return None


def begin(tables: Tables, claim: Claim, verb: Verb, seconds: float) -> Command | None:
    """Make a command durable before it is sent."""
    for record in _versions(tables, claim):
        begun = transitions.begin(record, claim, verb, seconds=seconds, now=tables.now)
        if begun is not None and tables.update(record, begun[0]):
            after, attempt = begun
            held = transitions.claim_of(after, claim.owner, tables.now)
            return transitions.command_of(held, attempt, tables.insert_attempt(attempt))
    return None


def end(tables: Tables, command: Command, outcome: Outcome) -> None:
    """Note how a command ended, also for a holder who has lost the record since: it is what happened."""
    tables.end_attempt(command.attempt_number, command.verb, outcome)


def note_unclaimed(tables: Tables, command: Unclaimed, outcome: Outcome | None) -> int:
    """Write down what no claim is held for: before it is sent, or when it is over."""
    number = tables.insert_attempt(transitions.begin_unclaimed(command))
    if outcome is not None:
        tables.end_attempt(number, command.verb, outcome)
    return number


def move(
    tables: Tables,
    claim: Claim,
    to: ShareState,
    reason: str | None,
    confirmed_size: int | None,
    *,
    writer: str,
    parts: tuple[SharePart, ...] | None = None,
) -> Claim | None:
    """Change the state. Raises `IllegalMoveError`."""
    transitions.check_move(claim, to)
    for record in _versions(tables, claim):
        moved = transitions.move(
            record, claim, to, reason=reason, confirmed_size=confirmed_size, writer=writer, now=tables.now, parts=parts
        )
        if moved is not None and tables.update(record, moved[0]):
            after, event = moved
            tables.insert_event(event)
            return transitions.claim_of(after, claim.owner, tables.now)
    return None


def give_up(tables: Tables, claim: Claim, size: int, reason: str) -> Claim | None:
    """Want another size from now on, and say why."""
    for record in _versions(tables, claim):
        given_up = transitions.give_up(record, claim, size=size, reason=reason, now=tables.now)
        if given_up is not None and tables.update(record, given_up):
            return transitions.claim_of(given_up, claim.owner, tables.now)
    return None


def release(
    tables: Tables, claim: Claim, due_in: float, error: str | None, *, settled: bool, refund: bool, inconclusive: bool
) -> bool:
    """Give a record back."""
    for record in _versions(tables, claim):
        released = transitions.release(
            record,
            claim,
            due_in=due_in,
            error=error,
            settled=settled,
            refund=refund,
            inconclusive=inconclusive,
            now=tables.now,
        )
        if released is not None and tables.update(record, released):
            return True
    return False


def remove(tables: Tables, claim: Claim, *, writer: str) -> bool:
    """Remove a record that is failing or deleting. Raises `IllegalMoveError`."""
    transitions.check_move(claim, None)
    for record in _versions(tables, claim):
        event = transitions.remove(record, claim, writer=writer, now=tables.now)
        if event is not None and tables.delete(record):
            tables.insert_event(event)
            return True
    return False


def write_notes(tables: Tables, claim: Claim) -> None:
    """See `Claim`."""
    for note in claim.notes:
        tables.insert_attempt(note)


def _versions(tables: Tables, claim: Claim) -> Iterator[ShareRecord]:
    """The record as the claim's holder has it, which mostly is how it stands; then, where nothing could be written by
    that, as it does stand. The claim's notes are written first."""
    write_notes(tables, claim)
    yield claim.record
    record = tables.load(claim.record.row)
    if record is not None:
        yield record
