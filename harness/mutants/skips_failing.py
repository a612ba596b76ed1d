"""Skips failing: a create that was refused loses its record at once, and nobody was told that it failed."""

from harness.mutants.rest import Rest
from pipeline import transitions
from pipeline.overrides import Overrides
from pipeline.record import Claim, SharePart
from pipeline.states import ShareState
from pipeline.store import jobs
from pipeline.store.tables import Tables

__all__ = ["OVERRIDES", "AbruptStore"]


class AbruptStore(Rest):
    """The processor's side of a store."""

    async def move(
        self,
        claim: Claim,
        to: ShareState,
        *,
        reason: str | None = None,
        confirmed_size: int | None = None,
        parts: tuple[SharePart, ...] | None = None,
    ) -> Claim | None:
        if to is not ShareState.FAILING:
            return await self._store.move(claim, to, reason=reason, confirmed_size=confirmed_size, parts=parts)

        def work(tables: Tables) -> None:
            jobs.write_notes(tables, claim)
            record, fence = tables.find_id(claim.record.id), claim.fence
            if record is not None and (record.fence, record.owner) == (fence, claim.owner):
                tables.delete(record)
                before, now = claim.record.state, tables.now
                tables.insert_event(
                    transitions.event(record, before, None, writer="processor", fence=fence, reason=reason, now=now)
                )

        await self._store.transact(work)
        return None


OVERRIDES = Overrides(processor_store=AbruptStore)
