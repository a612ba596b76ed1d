"""What a store promises: the API's side, the processor's side, and the readers' side.

Every method is one transaction, durable when it returns. Time is the store's own clock. A method that takes a `Claim`
answers False (or None) and changes nothing when the claim's fence, or the state it saw, is no longer the record's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from connector.operations import Verb
from connector.outcomes import Outcome
from pipeline.findings import FindingKind, FindingRow, SweepFinding
from pipeline.holds import Hold, HoldKind
from pipeline.marks import StoreIdentity
from pipeline.quotas import Usage
from pipeline.record import (
    AttemptRow,
    Change,
    Claim,
    Command,
    DeadFilter,
    EventRow,
    Idempotency,
    Message,
    NewShare,
    SharePart,
    ShareRecord,
    Unclaimed,
)
from pipeline.states import ShareState
from pipeline.store.acceptances import Acceptance, Render

__all__ = [
    "ApiStore",
    "BacklogAge",
    "Bloat",
    "JobStore",
    "MessageCounts",
    "OperatorStore",
    "ReadStore",
    "UnclaimedLog",
]


class ApiStore(Protocol):
    """What the API may do: accept. It never removes a record and never writes one that is claimed.

    The record's row, the message, the event and the idempotency answer are one transaction. Only answers that are
    `kept` are given again to the same key; of all others the key's fingerprint alone is remembered.
    """

    async def create(self, share: NewShare, key: Idempotency | None, render: Render) -> Acceptance: ...

    async def change(
        self, location: str, name: str, change: Change, key: Idempotency | None, render: Render
    ) -> Acceptance: ...


class ReadStore(Protocol):
    """What anyone may read."""

    async def get(self, location: str, name: str) -> ShareRecord | None: ...

    async def list(
        self,
        *,
        location: str | None = None,
        state: ShareState | None = None,
        since: float | None = None,
        tenant: str | None = None,
        after: int = 0,
        limit: int = 100,
    ) -> Sequence[ShareRecord]: ...

    async def events(self, *, after: int = 0, limit: int = 1000) -> Sequence[EventRow]: ...

    async def attempts(self, *, after: int = 0, limit: int = 1000) -> Sequence[AttemptRow]: ...

    async def findings(self, *, after: int = 0, limit: int = 1000) -> Sequence[FindingRow]: ...

    async def finding_counts(self) -> dict[str, int]:
        """What sweeps found and still holds, by kind."""
        ...

    async def bloat(self) -> "Bloat | None":
        """See `Bloat`; None: this store keeps no old versions."""
        ...

    async def counts(self) -> dict[str, int]:
        """Records by state, and messages waiting as `queued`."""
        ...

    async def backlog_age(self) -> "BacklogAge":
        """See `BacklogAge`."""
        ...

    async def dead(self, wanted: DeadFilter, *, after: int = 0, limit: int = 100) -> Sequence[ShareRecord]:
        """Dead letters, in the order in which their records were made. after: a row."""
        ...

    async def count_dead(self, wanted: DeadFilter) -> int: ...

    async def usage(self, tenant: str) -> Usage:
        """What a tenant has, by its records."""
        ...

    async def holds(self) -> Sequence[Hold]:
        """Those that are in force, by location."""
        ...


class OperatorStore(Protocol):
    """What an operator may do."""

    async def hold(self, location: str, kind: HoldKind, *, reason: str, who: str, seconds: float | None = None) -> Hold:
        """Pause or drain a location, in place of what held it before. seconds: how long; None: until it is lifted."""
        ...

    async def lift(self, location: str) -> Hold | None:
        """End the hold of a location; what it was, None where none was in force."""
        ...

    async def requeue(self, wanted: DeadFilter) -> int:
        """Make dead letters due again, each with a message. How many they were."""
        ...


class UnclaimedLog(Protocol):
    """Where commands are written down that no claim is held for."""

    async def note_unclaimed(self, command: Unclaimed, outcome: Outcome | None) -> int:
        """A row of the record of attempts, by its number. outcome None: it is about to be sent."""
        ...

    async def end_unclaimed(self, number: int, verb: Verb, outcome: Outcome) -> None:
        """Note how one ended that was about to be sent."""
        ...


class JobStore(UnclaimedLog, Protocol):
    """What a processor may do; each write is a compare-and-set on (id, fence, state)."""

    async def claim(
        self,
        message: Message | None,
        *,
        owner: str,
        lease: float,
        locations: frozenset[str] | None = None,
        turns: Mapping[str, str] | None = None,
        poison: int | None = None,
    ) -> Claim | None:
        """Take the record of `message`, or (None) the one that has been due longest; None: nothing to take.

        A message whose generation is done, or whose record is gone, held or not yet due, takes nothing. fence + 1.
        Nothing is taken at a location that is paused.
        locations: only records of these (None: of all), so that a full or broken cluster is left to wait. turns: the
        tenant that was served last, by location (absent: nobody was): the record that has its turn at the location
        goes before the one that would be taken (`transitions.turn_order`). None: nobody takes turns. poison: after how
        many claims in a row that ended without a word a record becomes a dead letter and is not taken; None: never.
        """
        ...

    async def claim_many(
        self,
        messages: Sequence[Message] | None,
        *,
        owner: str,
        lease: float,
        rooms: Mapping[str, int],
        most: int,
        turns: Mapping[str, str],
        poison: int,
    ) -> Sequence[Claim]:
        """Claims that `claim` would make one after the other, in one transaction: for each message, or (None) of
        what is due, `most` at most, one at least if any can be made. At each location as many as there are `rooms`."""
        ...

    async def renew(self, claim: Claim, *, lease: float) -> Claim | None: ...

    async def begin(self, claim: Claim, verb: Verb, *, seconds: float) -> Command | None:
        """Before sending: sequence + 1, attempt + 1, deadline = now + seconds (the record keeps the latest).

        The sequence also lies above those of every earlier record of this (location, name): it is
        `max(sequence, row << 20) + 1`, and rows are never reused. A connector keeps the newest it saw of a *name*, so
        a new record that began at 1 would be refused as stale. The record is unsettled until a later write says
        otherwise. `Command.claim` carries the record as it is now.
        """
        ...

    async def end(self, command: Command, outcome: Outcome) -> None:
        """Note how a command ended, for the record of attempts; never changes the share."""
        ...

    async def move(
        self,
        claim: Claim,
        to: ShareState,
        *,
        reason: str | None = None,
        confirmed_size: int | None = None,
        parts: tuple[SharePart, ...] | None = None,
    ) -> Claim | None:
        """Change the state and write the event.

        To active or lost: also closes the generation and the claim's lease; `confirmed_size` becomes the wanted size
        too, since a refused resize leaves the old one; `parts` is what the share has (None: as before). To failing:
        attempt and deferrals start again at 0 and count the cleanup's.
        """
        ...

    async def give_up(self, claim: Claim, *, size: int, reason: str) -> Claim | None:
        """Note that an update is given up: it stays updating, to `size`, and ends active with the reason.

        No change of state, so no event; attempt starts again at 0.
        """
        ...

    async def release(
        self,
        claim: Claim,
        *,
        due_in: float,
        error: str | None,
        settled: bool = False,
        refund: bool = False,
        inconclusive: bool = False,
    ) -> bool:
        """Give the record back; nobody takes it for `due_in` seconds.

        settled: the newest command certainly has no effect any more. refund: the cluster did not take it up:
        attempt - 1. inconclusive: the cluster was asked and nothing was learnt. Either of the two: deferrals + 1.
        """
        ...

    async def remove(self, claim: Claim) -> bool:
        """Remove a record that is failing or deleting and write the event. The only way a record goes."""
        ...

    async def known(self, ids: Sequence[str]) -> frozenset[str]:
        """Those of `ids` that have a record, for the sweeper."""
        ...

    async def removed(self, ids: Sequence[str]) -> Mapping[str, tuple[str, str]]:
        """(location, name) of those of `ids` whose record this store removed, for the sweeper."""
        ...

    async def report(
        self, location: str, found: Sequence[SweepFinding], kinds: frozenset[FindingKind]
    ) -> Sequence[SweepFinding]:
        """Of these kinds, `found` is all that holds at a location now. Those that were not noted before."""
        ...

    @property
    def identity(self) -> StoreIdentity:
        """Who this store is, for the marks."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Bloat:
    """What makes a database look through more than there is. dead_rows: versions of rows that were replaced and not yet
    removed, by table. oldest_snapshot: seconds for which the oldest transaction that keeps them has been open."""

    dead_rows: Mapping[str, int]
    oldest_snapshot: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BacklogAge:
    """Seconds; 0 where there is none. pending: since the oldest create was accepted that has not ended. overdue: since
    a processor should have taken the record up that has waited longest. Dead letters are left out, and of `overdue`
    the records of paused locations."""

    pending: float
    overdue: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageCounts:
    """Conservation: sent == waiting + done + expired, at every instant."""

    sent: int
    waiting: int
    done: int
    expired: int
