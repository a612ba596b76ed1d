"""Claims are not written down: the record stays due, and whoever looks for work next claims it again, at once."""

from typing import Any

from harness.mutants.own_claims import OwnClaims
from pipeline import transitions
from pipeline.overrides import Overrides
from pipeline.record import Claim, Message
from pipeline.store.tables import Tables

__all__ = ["OVERRIDES", "UnleasingStore"]


class UnleasingStore(OwnClaims):
    """The processor's side of a store. A claim is as ever, but the record does not tell of it."""

    async def claim(
        self,
        message: Message | None,
        *,
        owner: str,
        lease: float,
        locations: frozenset[str] | None = None,
        **_: Any,
    ) -> Claim | None:
        def work(tables: Tables) -> Claim | None:
            due = tables.earliest_due(locations, 1) if message is None else [tables.find_id(message.share)]
            record = next(iter(due), None)
            claimed = transitions.claim(record, message, owner=owner, lease=lease, locations=locations, now=tables.now)
            return None if claimed is None else transitions.claim_of(claimed, owner, tables.now)

        return await self._store.transact(work)


OVERRIDES = Overrides(processor_store=UnleasingStore)
