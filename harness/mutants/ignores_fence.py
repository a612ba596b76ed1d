"""Ignores the fence: whoever closes a claim writes, whether or not the record is somebody else's by now.

Nor is there a heartbeat that could tell: whoever is overtaken carries on with what another has taken over.
"""

from harness.mutants.rest import Rest
from pipeline.overrides import Overrides
from pipeline.record import Claim
from pipeline.states import ShareState
from pipeline.store import jobs
from pipeline.store.transaction import Transaction

__all__ = ["OVERRIDES", "UnfencedStore"]

_AS_IT_WAS = "UPDATE shares SET state = ?, owner = ?, fence = ? WHERE id = ?"


class UnfencedStore(Rest):
    """The processor's side of a store. Its moves and removals write over whatever has become of the record."""

    async def renew(self, claim: Claim, *, lease: float) -> Claim | None:
        """There is no heartbeat."""
        return claim

    async def move(
        self, claim: Claim, to: ShareState, *, reason: str | None = None, confirmed_size: int | None = None
    ) -> Claim | None:
        def work(transaction: Transaction) -> Claim | None:
            _restore(transaction, claim)
            return jobs.move(transaction, claim, to, reason, confirmed_size)

        return await self._store.transact(work)

    async def remove(self, claim: Claim) -> bool:
        def work(transaction: Transaction) -> bool:
            _restore(transaction, claim)
            return jobs.remove(transaction, claim)

        return await self._store.transact(work)


def _restore(transaction: Transaction, claim: Claim) -> None:
    record = claim.record
    transaction.db.execute(_AS_IT_WAS, (record.state, claim.owner, claim.fence, record.id))


OVERRIDES = Overrides(processor_store=UnfencedStore)
