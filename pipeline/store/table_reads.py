"""What anyone may read of a store over tables: each method is one transaction that only reads."""

from collections.abc import Mapping, Sequence

from pipeline.findings import FindingRow
from pipeline.holds import Hold
from pipeline.quotas import Usage
from pipeline.record import AttemptRow, DeadFilter, EventRow, ShareRecord
from pipeline.states import ShareState
from pipeline.store.protocol import BacklogAge, Bloat, MessageCounts
from pipeline.store.tables import Reader

__all__ = ["TableReads"]


class TableReads:
    """`ReadStore`, and what of the other protocols of a store only reads."""

    def __init__(self, readers: Reader) -> None:
        self._readers = readers

    async def get(self, location: str, name: str) -> ShareRecord | None:
        """See `ReadStore.get`."""
        return await self._readers.read(lambda tables: tables.find(location, name))

    async def events(self, *, after: int = 0, limit: int = 1000) -> Sequence[EventRow]:
        """See `ReadStore.events`."""
        return await self._readers.read(lambda tables: tables.events(after, limit))

    async def attempts(self, *, after: int = 0, limit: int = 1000) -> Sequence[AttemptRow]:
        """See `ReadStore.attempts`."""
        return await self._readers.read(lambda tables: tables.attempts(after, limit))

    async def counts(self) -> dict[str, int]:
        """See `ReadStore.counts`."""
        return await self._readers.read(lambda tables: tables.counts())

    async def backlog_age(self) -> BacklogAge:
        """See `ReadStore.backlog_age`."""
        return await self._readers.read(lambda tables: tables.backlog_age())

    async def backlog(self, most: int) -> int:
        """See `Store.backlog`."""
        return await self._readers.read(lambda tables: tables.backlog(most))

    async def dead(self, wanted: DeadFilter, *, after: int = 0, limit: int = 100) -> Sequence[ShareRecord]:
        """See `ReadStore.dead`."""
        return await self._readers.read(lambda tables: tables.dead(wanted, after, limit))

    async def count_dead(self, wanted: DeadFilter) -> int:
        """See `ReadStore.count_dead`."""
        return await self._readers.read(lambda tables: tables.count_dead(wanted))

    async def usage(self, tenant: str) -> Usage:
        """See `ReadStore.usage`."""
        return (await self._readers.read(lambda tables: tables.usage([tenant])))[tenant]

    async def holds(self) -> Sequence[Hold]:
        """See `ReadStore.holds`."""
        return await self._readers.read(
            lambda tables: [hold for hold in tables.holds() if hold.is_in_force(tables.now)]
        )

    async def message_counts(self) -> MessageCounts:
        """How many messages were sent, and how they ended."""
        return await self._readers.read(lambda tables: tables.message_counts())

    async def known(self, ids: Sequence[str]) -> frozenset[str]:
        """See `JobStore.known`."""
        return await self._readers.read(lambda tables: tables.known(ids))

    async def removed(self, ids: Sequence[str]) -> Mapping[str, tuple[str, str]]:
        """See `JobStore.removed`."""
        return await self._readers.read(lambda tables: tables.removed(ids))

    async def findings(self, *, after: int = 0, limit: int = 1000) -> Sequence[FindingRow]:
        """See `ReadStore.findings`."""
        return await self._readers.read(lambda tables: tables.findings(after, limit))

    async def finding_counts(self) -> dict[str, int]:
        """See `ReadStore.finding_counts`."""
        return await self._readers.read(lambda tables: tables.finding_counts())

    async def bloat(self) -> Bloat | None:
        """See `ReadStore.bloat`."""
        return await self._readers.read(lambda tables: tables.bloat())

    # Last: within the class body, annotations behind it would mean this method by `list`.
    async def list(
        self,
        *,
        location: str | None = None,
        state: ShareState | None = None,
        since: float | None = None,
        tenant: str | None = None,
        after: int = 0,
        limit: int = 100,
    ) -> Sequence[ShareRecord]:
        """See `ReadStore.list`."""
        return await self._readers.read(
            lambda tables: tables.records(location, state, after, limit, since=since, tenant=tenant)
        )
