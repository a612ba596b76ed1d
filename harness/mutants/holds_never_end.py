"""A hold that is over holds on: whoever looks for work asks for the row, and not for its end date."""

from typing import Any

from harness.mutants.own_claims import OwnClaims
from pipeline.holds import HoldKind
from pipeline.overrides import Overrides
from pipeline.record import Claim, Message
from pipeline.store import claiming
from pipeline.store.tables import Tables

__all__ = ["OVERRIDES", "EndlessStore"]


class EndlessStore(OwnClaims):
    """The processor's side of a store."""

    async def claim(
        self, message: Message | None, *, locations: frozenset[str] | None = None, **terms: Any
    ) -> Claim | None:
        def work(tables: Tables) -> Claim | None:
            held = {hold.location for hold in tables.holds() if hold.kind is HoldKind.PAUSE}
            free = None if locations is None else locations - held
            return claiming.claim(tables, message, locations=free, **terms)

        return await self._store.transact(work)


OVERRIDES = Overrides(processor_store=EndlessStore)
