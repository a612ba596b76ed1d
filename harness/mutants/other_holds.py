"""What bugs of holds share: tables that show other holds than there are, and a claim that is made by those."""

from collections.abc import Sequence
from typing import Any

from harness.mutants.own_claims import OwnClaims
from pipeline.holds import Hold
from pipeline.record import Claim, Message
from pipeline.store import claiming
from pipeline.store.tables import Tables

__all__ = ["OtherHolds", "OtherwiseHeldStore"]


class OtherHolds:
    """Tables that are as they are, but for the holds."""

    def __init__(self, tables: Tables, holds: Sequence[Hold]) -> None:
        self._tables = tables
        self._holds = holds

    def holds(self) -> Sequence[Hold]:
        return self._holds

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tables, name)


class OtherwiseHeldStore(OwnClaims):
    """The processor's side of a store, to which a message is claimed by the holds that `seen` leaves."""

    def seen(self, tables: Tables) -> Sequence[Hold]:
        """What it is asked about."""
        return tables.holds()

    async def claim(
        self, message: Message | None, *, locations: frozenset[str] | None = None, **terms: Any
    ) -> Claim | None:
        def work(tables: Tables) -> Claim | None:
            other: Any = OtherHolds(tables, self.seen(tables))
            return claiming.claim(other, message, locations=locations, **terms)

        return await self._store.transact(work)
