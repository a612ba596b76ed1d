"""All that a store can do, as one protocol."""

from typing import Protocol, TypeVar

from connector.clock import Clock
from pipeline.store.notices import NoticeStore
from pipeline.store.operation_store import OperationStore
from pipeline.store.protocol import ApiStore, JobStore, MessageCounts, OperatorStore, ReadStore
from pipeline.store.spool import TableSpool
from pipeline.store.tables import Work

__all__ = ["Store"]

T = TypeVar("T")


class Store(ApiStore, ReadStore, JobStore, OperationStore, OperatorStore, Protocol):
    """What `open_store` and `memory_store` give."""

    @property
    def clock(self) -> Clock:
        """By which all its instants are told."""
        ...

    @property
    def spool(self) -> TableSpool:
        """Where the messages go that the store writes in its own transactions."""
        ...

    @property
    def notices(self) -> NoticeStore:
        """Who is notified of what."""
        ...

    def with_writer(self, name: str, *, messages: bool = True) -> "Store":
        """The same store for another writer than the processor: its events bear this name.

        messages False: it sends none, since it carries out itself what it accepts.
        """
        ...

    async def transact(self, work: Work[T]) -> T:
        """Run any code on the tables in a transaction of its own, durable on return: for tools and experiments."""
        ...

    async def backlog(self, most: int) -> int:
        """How many records are on their way, counted up to `most`."""
        ...

    async def message_counts(self) -> MessageCounts:
        """How many messages were sent, and how they ended."""
        ...
