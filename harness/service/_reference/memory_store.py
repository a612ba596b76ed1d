"""A store in memory that the processes of a world share and that outlives them, without SQLite."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from connector.clock import Clock
from connector.operations import Verb
from pipeline.marks import StoreIdentity
from pipeline.record import Change, Claim, Command, Idempotency, Message, NewShare
from pipeline.store.acceptances import Acceptance, Render
from pipeline.store.connection import new_identity
from pipeline.store.delivery import Delivery
from pipeline.store.memory import MemoryTables
from pipeline.store.spool import TableSpool
from pipeline.store.store import Store
from pipeline.store.tables import Together, Work
from pipeline.store.transactional import TransactionalStore
from pipeline.store.wakeup import LoopWakeup

__all__ = ["MemoryStore"]

_POLL = 0.05
"""Seconds until a taker notices a message that another process sent, as with a store in a file."""
_MESSAGE_LIFETIME = 3600.0

A = TypeVar("A")
T = TypeVar("T")


class MemoryStore:
    """Opens stores over the same tables. A transaction is done at once, at the time of whoever asks for it, so that one
    that a killed process had asked for is done.

    now: Unix time at the host that asks. settled: returns when all else at this instant has happened. bytewise: there
    are bytes on their way between hosts: those of an instant arrive before whoever wrote at it goes on.
    """

    def __init__(
        self,
        now: Callable[[], float],
        settled: Callable[[], Awaitable[None]],
        *,
        entropy: Callable[[int], bytes],
        bytewise: bool = False,
    ) -> None:
        self.settled = settled
        self._bytewise = bytewise
        self._tables = MemoryTables(now)
        self._identity = new_identity(entropy)

    @asynccontextmanager
    async def open_store(self, path: Path, clock: Clock, *, answers: float | None = None) -> AsyncIterator[Store]:
        """The store as one process opens it; its path and its clock are the same for all, and it is never away."""
        yield _SharedStore(self, self._identity, LoopWakeup(), clock)

    async def write(self, work: Work[T]) -> T:
        """See `pipeline.store.transactional.Writer`."""
        result = work(self._tables.at_this_instant())
        if self._bytewise:
            await self.settled()
        return result

    def write_on(self, row: int, work: Work[T]) -> Awaitable[T]:
        """See `pipeline.store.transactional.Writer`."""
        return self.write(work)

    async def write_together(self, work: Together[A, T], item: A) -> T:
        """See `pipeline.store.transactional.Writer`."""
        (answer,) = await self.write(lambda tables: work(tables, [item]))
        return answer

    async def read(self, work: Work[T]) -> T:
        """See `pipeline.store.transactional.Reader`."""
        return work(self._tables.at_this_instant())


class _SharedStore(TransactionalStore):
    """One process's. What the API accepts, what follows from a message that was taken or a record that was claimed, and
    a command that is to be sent come when all else at that instant has happened, as for one who waits for a commit: so
    what is accepted at the very instant of a look is found by the next, and of one batch those records come first whose
    shares are only looked at."""

    def __init__(self, memory: MemoryStore, identity: StoreIdentity, wakeup: LoopWakeup, clock: Clock) -> None:
        super().__init__(
            memory,
            memory,
            identity,
            spool=_SharedSpool(memory, wakeup),
            message_lifetime=_MESSAGE_LIFETIME,
            wakeup=wakeup,
            clock=clock,
        )
        self._settled = memory.settled

    async def create(self, share: NewShare, key: Idempotency | None, render: Render) -> Acceptance:
        await self._settled()
        return await super().create(share, key, render)

    async def change(
        self, location: str, name: str, change: Change, key: Idempotency | None, render: Render
    ) -> Acceptance:
        await self._settled()
        return await super().change(location, name, change, key, render)

    async def claim_many(self, messages: Sequence[Message] | None, **terms: Any) -> Sequence[Claim]:
        claims = await super().claim_many(messages, **terms)
        await self._settled()
        return claims

    async def begin(self, claim: Claim, verb: Verb, *, seconds: float) -> Command | None:
        await self._settled()
        return await super().begin(claim, verb, seconds=seconds)


class _SharedSpool(TableSpool):
    """As the store."""

    def __init__(self, memory: MemoryStore, wakeup: LoopWakeup) -> None:
        super().__init__(memory, memory, wakeup, poll=_POLL)
        self._settled = memory.settled

    async def take(self, *, owner: str, lease: float, wait: float, limit: int) -> Sequence[Delivery]:
        taken = await super().take(owner=owner, lease=lease, wait=wait, limit=limit)
        if taken:
            await self._settled()
        return taken
