"""What a transaction's code is given: the tables of a store, at one instant."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol, TypeVar

from connector.operations import Verb
from connector.outcomes import Outcome
from pipeline.findings import FindingKind, FindingRow, SweepFinding
from pipeline.holds import Hold
from pipeline.quotas import Usage
from pipeline.record import AttemptRow, DeadFilter, EventRow, Idempotency, Message, NewShare, ShareRecord
from pipeline.states import ShareState
from pipeline.store.acceptances import StoredAnswer
from pipeline.store.notice_tables import NoticeTables
from pipeline.store.protocol import BacklogAge, Bloat, MessageCounts

__all__ = ["KeptAnswer", "Reader", "Tables", "Together", "Work", "Writer"]

KeptAnswer = tuple[str, StoredAnswer]
"""The hash of what was asked with a key, and the answer that is kept with it."""


class Tables(Protocol):
    """Finds and writes rows, and decides nothing: what follows from an operation is `pipeline.transitions`' to say.

    Rows of records, messages, events, attempts and findings have numbers, which rise and are never used again.
    """

    @property
    def now(self) -> float:
        """Unix seconds by the store's clock, the same for all that is written together."""
        ...

    # Records

    def find(self, location: str, name: str) -> ShareRecord | None: ...

    def find_id(self, id: str) -> ShareRecord | None: ...

    def find_ids(self, ids: Sequence[str]) -> Mapping[str, ShareRecord]:
        """Those that there are, by id."""
        ...

    def load(self, row: int) -> ShareRecord | None: ...

    def earliest_due(self, locations: frozenset[str] | None, limit: int) -> Sequence[ShareRecord]:
        """The least by `transitions.due_order` of the records that are due, in that order, at these locations (None: at
        any) without those that are paused: up to `limit`, and one at least where there is any."""
        ...

    def ahead_of(self, record: ShareRecord, served: str) -> ShareRecord | None:
        """The least by `transitions.turn_order` of the records that are due at the location of this one, if
        `transitions.is_ahead` says that it goes before it. None: none does, or somebody else is just claiming it."""
        ...

    def records(
        self,
        location: str | None,
        state: ShareState | None,
        after: int,
        limit: int,
        *,
        since: float | None = None,
        tenant: str | None = None,
    ) -> Sequence[ShareRecord]:
        """In the order in which they were made. limit -1: all. since: those that were changed then or later.
        tenant: those of this one."""
        ...

    def known(self, ids: Sequence[str]) -> frozenset[str]:
        """Those of `ids` that have a record."""
        ...

    def counts(self) -> dict[str, int]:
        """Records by state, also the states that have none, and messages that wait as `queued`."""
        ...

    def backlog_age(self) -> BacklogAge:
        """See `BacklogAge`."""
        ...

    def backlog(self, most: int) -> int:
        """How many records wait or are worked on, counted up to `most`."""
        ...

    def usage(self, tenants: Sequence[str]) -> Mapping[str, Usage]:
        """What each of these tenants has. From here to the transaction's end nobody else asks, where this one writes,
        so that what is accepted by the answer fits."""
        ...

    def insert_created(
        self, shares: Sequence[NewShare], message_expires_at: float | None
    ) -> Sequence[ShareRecord | None]:
        """The records of `transitions.create`, each with its event and, unless None, a message that expires then.

        None for a share whose name is taken.
        """
        ...

    def update(self, before: ShareRecord, after: ShareRecord) -> bool:
        """Write a record that stands as `before`, to the last field. False: it does not, and nothing was written."""
        ...

    def update_all(self, changes: Sequence[tuple[ShareRecord, ShareRecord]]) -> Sequence[bool]:
        """As `update`, of records that are all different."""
        ...

    def delete(self, record: ShareRecord) -> bool:
        """Remove a record that stands as this. False: it does not, and nothing was removed."""
        ...

    # Dead letters

    def dead(self, wanted: DeadFilter, after: int, limit: int) -> Sequence[ShareRecord]:
        """In the order in which their records were made."""
        ...

    def count_dead(self, wanted: DeadFilter) -> int: ...

    def requeue(self, wanted: DeadFilter, message_expires_at: float | None) -> int:
        """`transitions.requeue` of all of them, each with its event by the API and, unless None, a message that expires
        then. How many they were."""
        ...

    # Events and attempts

    def insert_event(self, event: EventRow) -> None: ...

    def events(self, after: int, limit: int) -> Sequence[EventRow]: ...

    def removed(self, ids: Sequence[str]) -> Mapping[str, tuple[str, str]]:
        """Location and name of those of `ids` whose record was removed."""
        ...

    def insert_attempt(self, attempt: AttemptRow) -> int:
        """Its number."""
        ...

    def end_attempt(self, number: int, verb: Verb, outcome: Outcome) -> None:
        """As `transitions.end`."""
        ...

    def attempts(self, after: int, limit: int) -> Sequence[AttemptRow]: ...

    # Messages

    def insert_message(self, share: str, generation: int, expires_at: float) -> None: ...

    def take_messages(self, owner: str, visible_at: float, limit: int) -> Sequence[Message]:
        """The visible ones that have waited longest, `limit` at most, hidden until `visible_at`; those that expired are
        ended first."""
        ...

    def hide_message(self, number: int, owner: str, visible_at: float) -> None:
        """Nobody takes it before then; one that `owner` does not have any more is left alone."""
        ...

    def next_message_at(self) -> float | None:
        """When the next message that is not ended is visible, or has been since; None: there is none."""
        ...

    def end_messages(self, numbers: Sequence[int]) -> None:
        """They are done, but for those that have ended already."""
        ...

    def waiting_messages(self) -> Sequence[Message]:
        """All that are not ended, hidden or not; expired ones aside."""
        ...

    def message_counts(self) -> MessageCounts: ...

    # Idempotency keys

    def find_key(self, tenant: str, key: str) -> KeptAnswer | None:
        """What is kept with a key that has not expired."""
        ...

    def keep_key(self, key: Idempotency, answer: StoredAnswer) -> None:
        """Keep an answer with a key, in place of any earlier one; some expired keys are forgotten."""
        ...

    # Holds

    def holds(self) -> Sequence[Hold]:
        """By location; those that are over, too."""
        ...

    def put_hold(self, hold: Hold) -> None:
        """In place of any other of its location."""
        ...

    def drop_hold(self, location: str) -> None: ...

    # Findings

    def report(
        self, location: str, found: Sequence[SweepFinding], kinds: frozenset[FindingKind]
    ) -> Sequence[SweepFinding]:
        """Of these kinds, `found` is all that holds at the location now. What of it was not noted before."""
        ...

    def findings(self, after: int, limit: int) -> Sequence[FindingRow]: ...

    def finding_counts(self) -> dict[str, int]: ...

    # Upkeep

    def bloat(self) -> Bloat | None: ...

    # Notices

    @property
    def notices(self) -> NoticeTables: ...


T = TypeVar("T")

Work = Callable[[Tables], T]
"""The code of one transaction. It may run again from the start, so it changes nothing but the tables."""

A = TypeVar("A")

Together = Callable[[Tables, Sequence[A]], Sequence[T]]
"""The same work for many callers at once, who asked for it with an item each; answers in the order of the items."""


class Writer(Protocol):
    """Runs transactions, one after the other."""

    def write(self, work: Work[T]) -> Awaitable[T]:
        """What `work` returns, once it is durable. Raises what `work` raises, or a `StoreError`."""
        ...

    def write_on(self, row: int, work: Work[T]) -> Awaitable[T]:
        """As `write`, of work that finds and changes this row alone, whatever rows it adds: a batch may have such works
        of different rows under way at once."""
        ...

    def write_together(self, work: Together[A, T], item: A) -> Awaitable[T]:
        """What `work` answers for `item`, once it is durable; those who ask for one `work` at once may share a call."""
        ...


class Reader(Protocol):
    """Reads what is durable."""

    def read(self, work: Work[T]) -> Awaitable[T]: ...
