"""Claims are not written down: the record stays due, and whoever looks for work next claims it again, at once."""

from collections.abc import Mapping

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
        turns: Mapping[str, str] | None = None,
        poison: int | None = None,
    ) -> Claim | None:
        def work(tables: Tables) -> Claim | None:
            due = tables.earliest_due(locations, 1) if message is None else [tables.find_id(message.share)]
            record = next(iter(due), None)
            claimed = transitions.claim(record, message, owner=owner, lease=lease, locations=locations, now=tables.now)
            return None if claimed is None else transitions.claim_of(claimed, owner, tables.now)

        claim: Claim | None = await self._store.transact(work)
        return claim


OVERRIDES = Overrides(processor_store=UnleasingStore)
