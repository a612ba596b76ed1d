"""What is written down of a command: before it is sent, and when it is over."""

from connector.operations import Verb
from connector.outcomes import Outcome
from connector.values import replace
from pipeline.numbering import next_sequence, request_id
from pipeline.record import AttemptRow, Claim, Command, ShareRecord, Unclaimed
from pipeline.transitions.claims import is_held
from pipeline.transitions.rows import UNNUMBERED

__all__ = ["begin", "begin_unclaimed", "command_of", "end", "probe"]


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
