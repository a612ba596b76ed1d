"""How the state of a record changes, by the claim that is held of it."""

from connector.values import replace
from pipeline.errors import IllegalMoveError
from pipeline.record import Claim, EventRow, SharePart, ShareRecord
from pipeline.states import RESTING, ShareState, is_legal
from pipeline.transitions.claims import is_held
from pipeline.transitions.rows import event, spec_of

__all__ = ["activate_again", "check_move", "give_up", "move", "remove"]

# Python 3.11 takes long to look a member of an enum up
_ACTIVE, _FAILING = ShareState.ACTIVE, ShareState.FAILING


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
        spec_hash=spec_of(record, size),
        reason=reason,
        attempt=0,
        deferrals=0,
        settled=False,
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
        spec_hash=spec_of(record, size),
        generation_done=record.generation,
        owner=None,
        lease_until=None,
        last_error=None,
        claims=0,
        updated_at=now,
    )
