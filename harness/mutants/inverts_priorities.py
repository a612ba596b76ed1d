"""Of a tenant's shares the least urgent is made first: priorities are sorted the wrong way round."""

from typing import Any

from harness.mutants.own_claims import OwnClaims
from pipeline.overrides import Overrides
from pipeline.record import Claim, Message, ShareRecord
from pipeline.states import RESTING, ShareState
from pipeline.store import claiming
from pipeline.store.tables import Tables

__all__ = ["OVERRIDES", "InvertedStore"]

_ALL = -1
_WORKING = tuple(state for state in ShareState if state not in RESTING)


class InvertedStore(OwnClaims):
    """The processor's side of a store."""

    async def claim(
        self, message: Message | None, *, locations: frozenset[str] | None = None, **terms: Any
    ) -> Claim | None:
        def work(tables: Tables) -> Claim | None:
            inverted: Any = _Inverted(tables)
            return claiming.claim(inverted, message, locations=locations, **terms)

        return await self._store.transact(work)


class _Inverted:
    """Tables that tell the least urgent of those that are due."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def ahead_of(self, record: ShareRecord, served: str) -> ShareRecord | None:
        tables = self._tables
        due = [
            other
            for state in _WORKING
            for other in tables.records(record.location, state, 0, _ALL)
            if other.due_at <= tables.now
        ]
        first = min(due, key=lambda other: (other.priority, other.due_at, other.row), default=record)
        return None if first.row == record.row else first

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tables, name)


OVERRIDES = Overrides(processor_store=InvertedStore)
