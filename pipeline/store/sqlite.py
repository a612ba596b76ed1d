"""The store in one SQLite file: WAL, synchronous=FULL, one writer with group commit, readers beside it."""

import asyncio
import copy
import os
import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar

from connector.clock import Clock
from connector.operations import Verb
from connector.outcomes import Outcome
from pipeline.errors import StoreUnavailableError
from pipeline.findings import Finding, FindingKind, FindingRow
from pipeline.marks import StoreIdentity
from pipeline.record import (
    AttemptRow,
    Change,
    Claim,
    Command,
    EventRow,
    Idempotency,
    Message,
    NewShare,
    ShareRecord,
    Unclaimed,
)
from pipeline.states import ShareState
from pipeline.store import accepting, findings, idempotency, jobs, reading, spooling
from pipeline.store.bell import Bell
from pipeline.store.connection import Opener, connect_writer, is_busy, open_file
from pipeline.store.protocol import Acceptance, Accepted, Render
from pipeline.store.queries import load_queries
from pipeline.store.readers import Readers
from pipeline.store.spooling import MessageCounts
from pipeline.store.transaction import Transaction, Work
from pipeline.store.writer import GroupCommit
from pipeline.uuid7 import Entropy

__all__ = ["SqliteStore", "open_store"]

_BUSY_WAIT = 0.1  # seconds that SQLite itself waits for a lock; the rest of our patience is the loop's
_OPEN_RETRY = 0.02

T = TypeVar("T")


@asynccontextmanager
async def open_store(
    path: Path,
    clock: Clock,
    *,
    poll: float = 0.05,
    patience: float = 10.0,
    message_lifetime: float = 3600.0,
    readers: int = 2,
    opener: Opener = open_file,
    entropy: Entropy = os.urandom,
) -> "AsyncIterator[SqliteStore]":
    """Open (or make) the store at `path`; on leaving, everything that was asked is durable first.

    Several processes may open the same file.

    poll: seconds until a waiting taker notices a message that another process sent, or one that was hidden and is
        visible again; a message of this process wakes it at once.
    patience: seconds for which another process may hold the file before callers get `StoreUnavailableError`.
    message_lifetime: seconds after which a message that nobody finished expires.
    readers: how many connections read.
    opener: opens a connection to the path, where that is not a file.
    entropy: of the id that a new store gets.

    Raises `StoreOpenError` where the path cannot be a store.
    """
    async with AsyncExitStack() as closing:
        lane = ThreadPoolExecutor(1, thread_name_prefix="store-writer")
        closing.callback(lane.shutdown, wait=False)
        db, identity = await _open_patiently(lane, path, patience, opener, entropy)
        # Closed in the writer's own lane: behind a commit that may still be under way.
        closing.push_async_callback(asyncio.get_running_loop().run_in_executor, lane, db.close)
        queries = load_queries()
        reading_side = Readers(path, queries, clock, count=readers, busy=patience, opener=opener)
        closing.push_async_callback(reading_side.close)
        writer = GroupCommit(path, db, queries, clock, lane, patience=patience)
        closing.push_async_callback(writer.close)
        yield SqliteStore(writer, reading_side, identity, poll=poll, message_lifetime=message_lifetime)


async def _open_patiently(
    lane: Executor, path: Path, patience: float, opener: Opener, entropy: Entropy
) -> tuple[sqlite3.Connection, StoreIdentity]:
    """Switching to WAL does not wait for locks by itself, so two processes that open at once meet here."""
    loop = asyncio.get_running_loop()
    gives_up_at = loop.time() + patience
    while True:
        try:
            connect = partial(connect_writer, path, busy=_BUSY_WAIT, opener=opener, entropy=entropy)
            return await loop.run_in_executor(lane, connect)
        except StoreUnavailableError as error:
            if not is_busy(error.__cause__) or loop.time() >= gives_up_at:
                raise
        await asyncio.sleep(_OPEN_RETRY)


class SqliteStore:
    """ApiStore, ReadStore, JobStore and Spool (protocol.py says what each method promises), and `transact`."""

    def __init__(
        self, writer: GroupCommit, readers: Readers, identity: StoreIdentity, *, poll: float, message_lifetime: float
    ) -> None:
        self.identity = identity
        self._writer = writer
        self._readers = readers
        self._poll = poll
        self._create_all = partial(accepting.create_all, message_lifetime=message_lifetime)
        self._message_lifetime = message_lifetime
        self._bell = Bell()
        self._signature = "processor"

    def signed(self, name: str) -> "SqliteStore":
        """The same store, whose moves and removals of records are signed with another name than the processor's."""
        other = copy.copy(self)
        other._signature = name
        return other

    async def transact(self, work: Work[T]) -> T:
        """Run any code in a transaction of its own, durable on return: for tools and experiments."""
        return await self._writer.write(work)

    async def create(self, share: NewShare, key: Idempotency | None, render: Render) -> Acceptance:
        """See `ApiStore.create`."""
        if key is None:
            return self._told(await self._writer.write_together(self._create_all, share))

        def work(transaction: Transaction) -> Acceptance:
            return idempotency.once(transaction, key, render, lambda: self._create_all(transaction, [share])[0])

        return self._told(await self._writer.write(work))

    async def change(
        self, location: str, name: str, change: Change, key: Idempotency | None, render: Render
    ) -> Acceptance:
        """See `ApiStore.change`."""

        def work(transaction: Transaction) -> Acceptance:
            return idempotency.once(
                transaction,
                key,
                render,
                lambda: accepting.change(transaction, location, name, change, message_lifetime=self._message_lifetime),
            )

        return self._told(await self._writer.write(work))

    async def get(self, location: str, name: str) -> ShareRecord | None:
        """See `ReadStore.get`."""
        return await self._readers.read(lambda transaction: reading.get(transaction, location, name))

    async def events(self, *, after: int = 0, limit: int = 1000) -> Sequence[EventRow]:
        """See `ReadStore.events`."""
        return await self._readers.read(lambda transaction: reading.events(transaction, after, limit))

    async def attempts(self, *, after: int = 0, limit: int = 1000) -> Sequence[AttemptRow]:
        """See `ReadStore.attempts`."""
        return await self._readers.read(lambda transaction: reading.attempts(transaction, after, limit))

    async def counts(self) -> dict[str, int]:
        """See `ReadStore.counts`."""
        return await self._readers.read(reading.counts)

    async def message_counts(self) -> MessageCounts:
        """How many messages were sent, and how they ended."""
        return await self._readers.read(spooling.counts)

    async def claim(
        self, message: Message | None, *, owner: str, lease: float, locations: frozenset[str] | None = None
    ) -> Claim | None:
        """See `JobStore.claim`."""
        return await self._writer.write(lambda transaction: jobs.claim(transaction, message, owner, lease, locations))

    async def renew(self, claim: Claim, *, lease: float) -> Claim | None:
        """See `JobStore.renew`."""
        return await self._writer.write(lambda transaction: jobs.renew(transaction, claim, lease))

    async def begin(self, claim: Claim, verb: Verb, *, seconds: float) -> Command | None:
        """See `JobStore.begin`."""
        return await self._writer.write(lambda transaction: jobs.begin(transaction, claim, verb, seconds))

    async def end(self, command: Command, outcome: Outcome) -> None:
        """See `JobStore.end`."""
        await self._writer.write(lambda transaction: jobs.end(transaction, command, outcome))

    async def note_unclaimed(self, command: Unclaimed, outcome: Outcome | None) -> int:
        """See `UnclaimedLog.note_unclaimed`."""
        return await self._writer.write(lambda transaction: jobs.note_unclaimed(transaction, command, outcome))

    async def end_unclaimed(self, number: int, verb: Verb, outcome: Outcome) -> None:
        """See `UnclaimedLog.end_unclaimed`."""
        await self._writer.write(lambda transaction: jobs.end_unclaimed(transaction, number, verb, outcome))

    async def note_probe(self, claim: Claim, verb: Verb, *, began_at: float, outcome: Outcome) -> None:
        """See `JobStore.note_probe`."""
        await self._writer.write(lambda transaction: jobs.note_probe(transaction, claim, verb, began_at, outcome))

    async def move(
        self, claim: Claim, to: ShareState, *, reason: str | None = None, confirmed_size: int | None = None
    ) -> Claim | None:
        """See `JobStore.move`. Raises `IllegalMoveError` for a move that no share may make."""
        return await self._writer.write(
            lambda transaction: jobs.move(transaction, claim, to, reason, confirmed_size, writer=self._signature)
        )

    async def give_up(self, claim: Claim, *, size: int, reason: str) -> Claim | None:
        """See `JobStore.give_up`."""
        return await self._writer.write(lambda transaction: jobs.give_up(transaction, claim, size, reason))

    async def release(
        self,
        claim: Claim,
        *,
        due_in: float,
        error: str | None,
        settled: bool = False,
        refund: bool = False,
        blind: bool = False,
    ) -> bool:
        """See `JobStore.release`."""
        return await self._writer.write(
            lambda transaction: jobs.release(
                transaction, claim, due_in, error, settled=settled, refund=refund, blind=blind
            )
        )

    async def remove(self, claim: Claim) -> bool:
        """See `JobStore.remove`. Raises `IllegalMoveError` for a record that is neither failing nor deleting."""
        return await self._writer.write(lambda transaction: jobs.remove(transaction, claim, writer=self._signature))

    async def known(self, ids: Sequence[str]) -> frozenset[str]:
        """See `JobStore.known`."""
        return await self._readers.read(lambda transaction: jobs.known(transaction, ids))

    async def removed(self, ids: Sequence[str]) -> Mapping[str, tuple[str, str]]:
        """See `JobStore.removed`."""
        return await self._readers.read(lambda transaction: jobs.removed(transaction, ids))

    async def report(self, location: str, found: Sequence[Finding], kinds: frozenset[FindingKind]) -> Sequence[Finding]:
        """See `JobStore.report`."""
        return await self._writer.write(lambda transaction: findings.report(transaction, location, found, kinds))

    async def findings(self, *, after: int = 0, limit: int = 1000) -> Sequence[FindingRow]:
        """See `ReadStore.findings`."""
        return await self._readers.read(lambda transaction: findings.findings(transaction, after, limit))

    async def finding_counts(self) -> dict[str, int]:
        """See `ReadStore.finding_counts`."""
        return await self._readers.read(findings.counts)

    async def take(self, *, owner: str, lease: float, wait: float) -> Message | None:
        """See `Spool.take`."""
        ends = asyncio.get_running_loop().time() + wait
        while True:
            message = await self._writer.write(lambda transaction: spooling.take(transaction, owner, lease))
            if message is not None or not await self._comes(ends):
                return message

    async def _comes(self, ends: float) -> bool:
        """Whether a message is there before this instant. It is only looked for: to be idle keeps no writer waiting."""
        loop = asyncio.get_running_loop()
        while (remaining := ends - loop.time()) > 0:
            if await self._bell.wait(min(remaining, self._poll)) or await self._readers.read(spooling.waits):
                return True
        return False

    async def done(self, message: Message) -> None:
        """See `Spool.done`."""
        await self._writer.write(lambda transaction: spooling.done(transaction, message))

    # Last: within the class body, annotations behind it would mean this method by `list`.
    async def list(
        self, *, location: str | None = None, state: ShareState | None = None, after: int = 0, limit: int = 100
    ) -> Sequence[ShareRecord]:
        """See `ReadStore.list`."""
        return await self._readers.read(lambda transaction: reading.listing(transaction, location, state, after, limit))

    def _told(self, acceptance: Acceptance) -> Acceptance:
        """Wake a taker for what was accepted: by now its message is there."""
        if isinstance(acceptance, Accepted):
            self._bell.ring()
        return acceptance
