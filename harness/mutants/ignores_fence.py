"""Ignores the fence: whoever closes a claim writes, whether or not the record is somebody else's by now.

Nor is there a heartbeat that could tell: whoever is overtaken carries on with what another has taken over.
"""

from connector.values import replace
from harness.mutants.rest import Rest
from pipeline.overrides import Overrides
from pipeline.record import Claim, SharePart
from pipeline.states import ShareState
from pipeline.store import jobs
from pipeline.store.tables import Tables

__all__ = ["OVERRIDES", "UnfencedStore"]


class UnfencedStore(Rest):
    """The processor's side of a store. Its moves and removals write over whatever has become of the record."""

    async def renew(self, claim: Claim, *, lease: float) -> Claim | None:
        """There is no heartbeat."""
        return claim

    async def move(
        self,
        claim: Claim,
        to: ShareState,
        *,
        reason: str | None = None,
        confirmed_size: int | None = None,
        parts: tuple[SharePart, ...] | None = None,
    ) -> Claim | None:
        def work(tables: Tables) -> Claim | None:
            _restore(tables, claim)
            return jobs.move(tables, claim, to, reason, confirmed_size, writer="processor", parts=parts)

        return await self._store.transact(work)

    async def remove(self, claim: Claim) -> bool:
        def work(tables: Tables) -> bool:
            _restore(tables, claim)
            return jobs.remove(tables, claim, writer="processor")

        return await self._store.transact(work)


def _restore(tables: Tables, claim: Claim) -> None:
    record = tables.find_id(claim.record.id)
    if record is not None:
        tables.update(record, replace(record, state=claim.record.state, owner=claim.owner, fence=claim.fence))


OVERRIDES = Overrides(processor_store=UnfencedStore)
