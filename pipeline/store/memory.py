"""A store in memory: the tables as dictionaries, each transaction done at once."""

from bisect import bisect_right, insort
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from heapq import heappop, heappush
from itertools import islice
from typing import TypeVar

from connector.clock import Clock
from connector.operations import Verb
from connector.outcomes import Outcome
from connector.values import replace
from pipeline import transitions
from pipeline.findings import FindingKind, FindingRow, SweepFinding
from pipeline.holds import Hold, paused
from pipeline.marks import StoreIdentity
from pipeline.quotas import Usage
from pipeline.record import AttemptRow, DeadFilter, EventRow, Idempotency, Message, NewShare, ShareRecord
from pipeline.states import RESTING, ShareState
from pipeline.store.acceptances import StoredAnswer
from pipeline.store.due import DueRecords
from pipeline.store.message_table import MessageTable
from pipeline.store.notice_tables import MemoryNotices
from pipeline.store.protocol import BacklogAge, Bloat, MessageCounts
from pipeline.store.rows import backlog_age_of
from pipeline.store.spool import TableSpool
from pipeline.store.tables import KeptAnswer, Together, Work
from pipeline.store.transactional import TransactionalStore
from pipeline.store.wakeup import LoopWakeup, Wakeup

__all__ = ["MemoryTables", "memory_store"]

A = TypeVar("A")
T = TypeVar("T")


def memory_store(
    clock: Clock,
    *,
    identity: StoreIdentity,
    message_lifetime: float = 3600.0,
    wakeup: Wakeup | None = None,
    suspend: Callable[[], Awaitable[None]] | None = None,
    tables: "MemoryTables | None" = None,
) -> TransactionalStore:
    """A store that one process uses, and that ends with it. tables: what it stands on; None: empty ones.

    wakeup: where takers wait for messages; None: in the running event loop. suspend: awaited before each transaction
    that writes, for a world in which a commit takes its turn; None: none of them suspends, whatever drives them.
    """
    transactions = _Transactions(tables or MemoryTables(clock), suspend)
    wakeup = wakeup or LoopWakeup()
    return TransactionalStore(
        transactions,
        transactions,
        identity,
        spool=TableSpool(transactions, transactions, wakeup, poll=None),
        message_lifetime=message_lifetime,
        wakeup=wakeup,
        clock=clock,
    )


class _Transactions:
    """Writer and Reader. Work that raises after it wrote is not undone: it is a bug, and the store is not durable."""

    def __init__(self, tables: "MemoryTables", suspend: Callable[[], Awaitable[None]] | None) -> None:
        self._tables = tables
        self._suspend = suspend

    async def write(self, work: Work[T]) -> T:
        if self._suspend is not None:
            await self._suspend()
        return work(self._tables.at_this_instant())

    def write_on(self, row: int, work: Work[T]) -> Awaitable[T]:
        return self.write(work)

    async def write_together(self, work: Together[A, T], item: A) -> T:
        if self._suspend is not None:
            await self._suspend()
        (answer,) = work(self._tables.at_this_instant(), [item])
        return answer

    async def read(self, work: Work[T]) -> T:
        return work(self._tables.at_this_instant())


class MemoryTables:
    """See `Tables`. A claim, and whatever its holder does, costs the logarithm of what waits; a list costs its page."""

    def __init__(self, clock: Clock) -> None:
        self.now = 0.0
        self._clock = clock
        self._records: dict[int, ShareRecord] = {}
        self._row_by_name: dict[tuple[str, str], int] = {}
        self._row_by_id: dict[str, int] = {}
        self._rows: dict[str | None, list[int]] = {None: []}  # by location, and of all; those of removed records too
        self._newest_row = 0
        self._counts: Counter[ShareState] = Counter()
        self._due = DueRecords(self._records)
        self._events: list[EventRow] = []
        self._removed: dict[str, tuple[str, str]] = {}
        self._attempts: list[AttemptRow] = []
        self._messages = MessageTable()
        self._keys: dict[tuple[str, str], tuple[Idempotency, StoredAnswer]] = {}
        self._key_ends: list[tuple[float, str, str]] = []
        self._findings: dict[tuple[str, FindingKind, str, str], FindingRow] = {}
        self._newest_finding = 0
        self.notices = MemoryNotices(self._events)
        self._holds: dict[str, Hold] = {}

    def at_this_instant(self) -> "MemoryTables":
        """The tables for a transaction that begins now."""
        self.now = self._clock()
        return self

    def next_row(self, row: int) -> None:
        """The next record gets this row: those beside it that are not here are kept elsewhere."""
        assert row not in self._records, "each record has a row of its own"
        self._newest_row = row - 1

    # Records

    def find(self, location: str, name: str) -> ShareRecord | None:
        return self._records.get(self._row_by_name.get((location, name), 0))

    def find_id(self, id: str) -> ShareRecord | None:
        return self._records.get(self._row_by_id.get(id, 0))

    def find_ids(self, ids: Sequence[str]) -> Mapping[str, ShareRecord]:
        found = ((id, self.find_id(id)) for id in ids)
        return {id: record for id, record in found if record is not None}

    def load(self, row: int) -> ShareRecord | None:
        return self._records.get(row)

    def earliest_due(self, locations: frozenset[str] | None, limit: int) -> Sequence[ShareRecord]:
        """One at a time: the next one is as near."""
        first = self._due.earliest(locations, self.now, without=paused(self.holds(), self.now))
        return [] if first is None else [first]

    def ahead_of(self, record: ShareRecord, served: str) -> ShareRecord | None:
        first = self._due.next_in_turn(record.location, served, self.now)
        return first if first is not None and transitions.is_ahead(first, record) else None

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
        rows = self._rows.get(location, [])
        behind = islice(rows, bisect_right(rows, after), None)
        found = (record for row in behind if (record := self._records.get(row)) is not None)
        wanted = found if state is None else (record for record in found if record.state is state)
        if since is not None:
            wanted = (record for record in wanted if record.updated_at >= since)
        if tenant is not None:
            wanted = (record for record in wanted if record.tenant == tenant)
        return list(wanted if limit < 0 else islice(wanted, limit))

    def known(self, ids: Sequence[str]) -> frozenset[str]:
        return frozenset(id for id in ids if id in self._row_by_id)

    def counts(self) -> dict[str, int]:
        return {state.value: self._counts[state] for state in ShareState} | {"queued": self._messages.waiting}

    def backlog_age(self) -> BacklogAge:
        resting = paused(self.holds(), self.now)
        waiting = [each for each in self._records.values() if each.state is not ShareState.ACTIVE and each.dead is None]
        pending = [each.created_at for each in waiting if each.state is ShareState.PENDING]
        due = [each.due_at for each in waiting if each.location not in resting]
        return backlog_age_of((min(pending, default=None), min(due, default=None)), self.now)

    def backlog(self, most: int) -> int:
        return min(most, len(self._records) - sum(self._counts[state] for state in RESTING))

    def usage(self, tenants: Sequence[str]) -> Mapping[str, Usage]:
        found = dict.fromkeys(tenants, Usage())
        for record in self._records.values():
            if record.tenant in found:
                found[record.tenant] += Usage(shares=1, bytes=record.bytes)
        return found

    def insert_created(
        self, shares: Sequence[NewShare], message_expires_at: float | None
    ) -> Sequence[ShareRecord | None]:
        return [self._create(share, message_expires_at) for share in shares]

    def update(self, before: ShareRecord, after: ShareRecord) -> bool:
        standing = self._records.get(before.row)
        if standing is not before and standing != before:
            return False
        self._records[after.row] = after
        if before.state is not after.state:
            self._counts[before.state] -= 1
            self._counts[after.state] += 1
        if before.due_at != after.due_at or before.state in RESTING:
            self._due.add(after)
        return True

    def update_all(self, changes: Sequence[tuple[ShareRecord, ShareRecord]]) -> Sequence[bool]:
        return [self.update(before, after) for before, after in changes]

    def delete(self, record: ShareRecord) -> bool:
        if self._records.get(record.row) != record:
            return False
        del self._records[record.row]
        del self._row_by_name[record.location, record.name]
        del self._row_by_id[record.id]
        self._counts[record.state] -= 1
        return True

    def _create(self, share: NewShare, message_expires_at: float | None) -> ShareRecord | None:
        self._newest_row += 1  # a name that is taken uses up a row too, as an insert that comes to nothing does
        if (share.location, share.name) in self._row_by_name:
            return None
        record = transitions.create(self._newest_row, share, self.now)
        self._records[record.row] = record
        self._row_by_name[record.location, record.name] = self._row_by_id[record.id] = record.row
        for rows in (self._rows[None], self._rows.setdefault(record.location, [])):
            insort(rows, record.row)
        self._counts[record.state] += 1
        self._due.add(record)
        if message_expires_at is not None:
            self.insert_message(record.id, record.generation, message_expires_at)
        self.insert_event(transitions.created(record, self.now))
        return record

    # Dead letters

    def dead(self, wanted: DeadFilter, after: int, limit: int) -> Sequence[ShareRecord]:
        found = (record for row, record in sorted(self._records.items()) if row > after and wanted.matches(record))
        return list(islice(found, limit))

    def count_dead(self, wanted: DeadFilter) -> int:
        return sum(wanted.matches(record) for record in self._records.values())

    def requeue(self, wanted: DeadFilter, message_expires_at: float | None) -> int:
        dead = self.dead(wanted, 0, len(self._records))
        for record in dead:
            due = transitions.requeue(record, self.now)
            assert due is not None, "it matched"
            self.update(record, due)
            self.insert_event(transitions.dead_event(record, due, writer="api", now=self.now))
            if message_expires_at is not None:
                self.insert_message(due.id, due.generation, message_expires_at)
        return len(dead)

    # Events and attempts

    def insert_event(self, event: EventRow) -> None:
        self._events.append(replace(event, number=len(self._events) + 1))
        if event.after is None:
            self._removed[event.share] = event.location, event.name

    def events(self, after: int, limit: int) -> Sequence[EventRow]:
        return _page(self._events, after, limit)

    def removed(self, ids: Sequence[str]) -> Mapping[str, tuple[str, str]]:
        return {id: self._removed[id] for id in ids if id in self._removed}

    def insert_attempt(self, attempt: AttemptRow) -> int:
        self._attempts.append(replace(attempt, number=len(self._attempts) + 1))
        return len(self._attempts)

    def end_attempt(self, number: int, verb: Verb, outcome: Outcome) -> None:
        ended = transitions.end(self._attempts[number - 1], outcome, self.now)
        if ended is not None:
            self._attempts[number - 1] = ended

    def attempts(self, after: int, limit: int) -> Sequence[AttemptRow]:
        return _page(self._attempts, after, limit)

    # Messages

    def insert_message(self, share: str, generation: int, expires_at: float) -> None:
        self._messages.insert(share, generation, visible_at=self.now, expires_at=expires_at)

    def take_messages(self, owner: str, visible_at: float, limit: int) -> Sequence[Message]:
        take = partial(self._messages.take, owner, visible_at, self.now)
        return list(islice(iter(take, None), limit))

    def hide_message(self, number: int, owner: str, visible_at: float) -> None:
        self._messages.hide(number, owner, visible_at)

    def next_message_at(self) -> float | None:
        return self._messages.next_at()

    def end_messages(self, numbers: Sequence[int]) -> None:
        for number in numbers:
            self._messages.end(number)

    def waiting_messages(self) -> Sequence[Message]:
        return self._messages.all_waiting(self.now)

    def message_counts(self) -> MessageCounts:
        return self._messages.counts()

    # Idempotency keys

    def find_key(self, tenant: str, key: str) -> KeptAnswer | None:
        found = self._keys.get((tenant, key))
        if found is None or found[0].expires_at <= self.now:
            return None
        kept, answer = found
        return kept.body_hash, answer

    def keep_key(self, key: Idempotency, answer: StoredAnswer) -> None:
        for _ in range(2):
            if self._key_ends and self._key_ends[0][0] <= self.now:
                _, tenant, word = heappop(self._key_ends)
                kept = self._keys.get((tenant, word))
                if kept is not None and kept[0].expires_at <= self.now:
                    del self._keys[tenant, word]
        self._keys[key.tenant, key.key] = key, answer
        heappush(self._key_ends, (key.expires_at, key.tenant, key.key))

    # Holds

    def holds(self) -> Sequence[Hold]:
        return list(self._holds.values())

    def put_hold(self, hold: Hold) -> None:
        self._holds = dict(sorted({**self._holds, hold.location: hold}.items()))

    def drop_hold(self, location: str) -> None:
        self._holds.pop(location, None)

    # Findings

    def report(
        self, location: str, found: Sequence[SweepFinding], kinds: frozenset[FindingKind]
    ) -> Sequence[SweepFinding]:
        holds = {(location, row.kind, row.name, row.mark) for row in found}
        for place in [place for place in self._findings if place[0] == location and place[1] in kinds]:
            if place not in holds:
                del self._findings[place]
        new: list[SweepFinding] = []
        for finding in found:
            place = location, finding.kind, finding.name, finding.mark
            if place not in self._findings:
                self._newest_finding += 1
                self._findings[place] = FindingRow(
                    number=self._newest_finding, at=self.now, location=location, finding=finding
                )
                new.append(finding)
        return new

    def findings(self, after: int, limit: int) -> Sequence[FindingRow]:
        rows = sorted((row for row in self._findings.values() if row.number > after), key=lambda row: row.number)
        return rows[:limit]

    def finding_counts(self) -> dict[str, int]:
        counted = Counter(str(row.finding.kind) for row in self._findings.values())
        return {kind: counted[kind] for kind in sorted(counted)}

    # Upkeep

    def bloat(self) -> Bloat | None:
        return None


R = TypeVar("R")


def _page(rows: Sequence[R], after: int, limit: int) -> Sequence[R]:
    """Rows are numbered from 1, without a gap."""
    return rows[after : after + limit]
