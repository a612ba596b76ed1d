"""Notifies before it commits: the outcome is told, and only then written down, if the process lives that long."""

import asyncio

from harness.mutants.rest import Rest
from pipeline import transitions
from pipeline.overrides import Overrides
from pipeline.record import Claim, SharePart
from pipeline.states import ShareState
from pipeline.store import jobs
from pipeline.store.tables import Tables

__all__ = ["OVERRIDES", "TalkativeStore"]

_TELLING = 0.05
"""Seconds until the receiver has taken the notice."""


class TalkativeStore(Rest):
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
        def tell(tables: Tables) -> None:
            record, now = claim.record, tables.now
            event = transitions.event(
                record, record.state, to, writer="processor", fence=claim.fence, reason=reason, now=now
            )
            tables.insert_event(event)

        def write(tables: Tables) -> Claim | None:
            jobs.write_notes(tables, claim)
            record = tables.load(claim.record.row)
            moved = transitions.move(
                record,
                claim,
                to,
                reason=reason,
                confirmed_size=confirmed_size,
                writer="processor",
                now=tables.now,
                parts=parts,
            )
            if record is None or moved is None:
                return None
            after, _ = moved  # the log has the event already
            tables.update(record, after)
            return transitions.claim_of(after, claim.owner, tables.now)

        await self._store.transact(tell)
        await asyncio.sleep(_TELLING)
        return await self._store.transact(write)


OVERRIDES = Overrides(processor_store=TalkativeStore)
