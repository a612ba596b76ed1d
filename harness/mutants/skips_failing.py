"""Skips failing: a create that was refused loses its record at once, and nobody was told that it failed."""

from harness.mutants.rest import Rest
from pipeline.overrides import Overrides
from pipeline.record import Claim
from pipeline.states import ShareState
from pipeline.store.events import write_event
from pipeline.store.transaction import Transaction

__all__ = ["OVERRIDES", "AbruptStore"]

_REMOVE = "DELETE FROM shares WHERE id = ? AND fence = ? AND owner = ?"


class AbruptStore(Rest):
    """The processor's side of a store."""

    async def move(
        self, claim: Claim, to: ShareState, *, reason: str | None = None, confirmed_size: int | None = None
    ) -> Claim | None:
        if to is not ShareState.FAILING:
            return await self._store.move(claim, to, reason=reason, confirmed_size=confirmed_size)

        def work(transaction: Transaction) -> None:
            record, fence = claim.record, claim.fence
            if transaction.db.execute(_REMOVE, (record.id, fence, claim.owner)).rowcount:
                write_event(
                    transaction, record, before=record.state, after=None, writer="processor", fence=fence, reason=reason
                )

        await self._store.transact(work)
        return None


OVERRIDES = Overrides(processor_store=AbruptStore)
