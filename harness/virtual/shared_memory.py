"""A store in memory that the processes of a world share and that outlives them, without SQLite."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

from connector.clock import Clock
from harness.virtual.entropy import keyed_entropy
from harness.virtual.hosts import current_host
from harness.virtual.loop import running_loop
from pipeline.marks import StoreIdentity
from pipeline.record import Change, Claim, Idempotency, Message, NewShare
from pipeline.store.connection import new_identity
from pipeline.store.memory import MemoryTables
from pipeline.store.protocol import Acceptance, Delivery, Render
from pipeline.store.spool import TableSpool
from pipeline.store.store import Store
from pipeline.store.tables import Together, Work
from pipeline.store.transactional import TransactionalStore
from pipeline.store.wakeup import LoopWakeup

__all__ = ["SharedMemory", "keyed_identity"]

_POLL = 0.05
"""Seconds until a taker notices a message that another process sent, as with a store in a file."""
_MESSAGE_LIFETIME = 3600.0

A = TypeVar("A")
T = TypeVar("T")


class SharedMemory:
    """Opens stores over the same tables. A transaction is done at once, at the time of whoever asks for it, so that one
    that a killed process had asked for is done.

    bytewise: there are bytes on their way between hosts: those of an instant arrive before whoever wrote at it goes on.
    """

    def __init__(self, *, seed: int, bytewise: bool = False) -> None:
        loop = running_loop()
        self._bytewise = bytewise
        self._tables = MemoryTables(lambda: current_host().unix_time(loop.time()))
        self._identity = keyed_identity(seed)

    @asynccontextmanager
    async def open_store(self, path: Path, clock: Clock) -> AsyncIterator[Store]:
        """The store as one process opens it; its path and its clock are the same for all."""
        wakeup = LoopWakeup()
        yield _SharedStore(
            self,
            self,
            self._identity,
            spool=_SharedSpool(self, self, wakeup, poll=_POLL),
            message_lifetime=_MESSAGE_LIFETIME,
            wakeup=wakeup,
        )

    async def write(self, work: Work[T]) -> T:
        """See `pipeline.store.transactional.Writer`."""
        result = work(self._tables.at_this_instant())
        if self._bytewise:
            await running_loop().settled()
        return result

    async def write_together(self, work: Together[A, T], item: A) -> T:
        """See `pipeline.store.transactional.Writer`."""
        (answer,) = await self.write(lambda tables: work(tables, [item]))
        return answer

    async def read(self, work: Work[T]) -> T:
        """See `pipeline.store.transactional.Reader`."""
        return work(self._tables.at_this_instant())


class _SharedStore(TransactionalStore):
    """One process's. What the API accepts, and what follows from a message that was taken or a record that was claimed,
    comes when all else at that instant has happened, as for one who waits for a commit: so what is accepted at the very
    instant of a look is found by the next."""

    async def create(self, share: NewShare, key: Idempotency | None, render: Render) -> Acceptance:
        await running_loop().settled()
        return await super().create(share, key, render)

    async def change(
        self, location: str, name: str, change: Change, key: Idempotency | None, render: Render
    ) -> Acceptance:
        await running_loop().settled()
        return await super().change(location, name, change, key, render)

    async def claim(
        self, message: Message | None, *, owner: str, lease: float, locations: frozenset[str] | None = None
    ) -> Claim | None:
        claim = await super().claim(message, owner=owner, lease=lease, locations=locations)
        await running_loop().settled()
        return claim


class _SharedSpool(TableSpool):
    """As the store."""

    async def take(self, *, owner: str, lease: float, wait: float) -> Delivery | None:
        delivery = await super().take(owner=owner, lease=lease, wait=wait)
        if delivery is not None:
            await running_loop().settled()
        return delivery


def keyed_identity(seed: int) -> StoreIdentity:
    """Of the store of a run, in every world that repeats."""
    return new_identity(keyed_entropy(seed, "store"))
