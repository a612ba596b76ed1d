"""Notifies before it commits: the outcome is told, and only then written down, if the process lives that long."""

import asyncio

from harness.mutants.rest import Rest
from pipeline.overrides import Overrides
from pipeline.record import Claim
from pipeline.states import ShareState
from pipeline.store import jobs
from pipeline.store.events import write_event
from pipeline.store.transaction import Transaction

__all__ = ["OVERRIDES", "TalkativeStore"]

_TELLING = 0.05
"""Seconds until the receiver has taken the notice."""

_UNTELL = "DELETE FROM events WHERE number = (SELECT max(number) FROM events)"


class TalkativeStore(Rest):
    """The processor's side of a store."""

    async def move(
        self, claim: Claim, to: ShareState, *, reason: str | None = None, confirmed_size: int | None = None
    ) -> Claim | None:
        def tell(transaction: Transaction) -> None:
            before, fence = claim.record.state, claim.fence
            write_event(
                transaction, claim.record, before=before, after=to, writer="processor", fence=fence, reason=reason
            )

        def write(transaction: Transaction) -> Claim | None:
            moved = jobs.move(transaction, claim, to, reason, confirmed_size)
            if moved is not None:
                transaction.db.execute(_UNTELL)  # the log has it already
            return moved

        await self._store.transact(tell)
        await asyncio.sleep(_TELLING)
        return await self._store.transact(write)


OVERRIDES = Overrides(processor_store=TalkativeStore)
