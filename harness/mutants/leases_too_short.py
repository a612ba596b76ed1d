"""Leases shorter than the work: a record is taken up again while it is still being worked on.

Whoever is done then closes the job by its id, as some queues do: with a fence the shorter lease would only cost time.
"""

from typing import Any

from connector.operations import Verb
from connector.values import replace
from harness.mutants.ignores_fence import UnfencedStore
from harness.mutants.own_claims import OwnClaims
from pipeline.overrides import Overrides
from pipeline.record import Claim, Command, Message
from pipeline.store.tables import Tables

__all__ = ["OVERRIDES", "ShortLeases"]

_LEASE = 0.05
"""Seconds: as long as a command usually takes, so that nothing is noticed on a good day."""


class ShortLeases(UnfencedStore, OwnClaims):
    """The processor's side of a store."""

    async def claim(self, message: Message | None, **terms: Any) -> Claim | None:
        return await self._store.claim(message, **{**terms, "lease": _LEASE})

    async def begin(self, claim: Claim, verb: Verb, *, seconds: float) -> Command | None:
        """Without making the lease outlive the command."""
        command = await self._store.begin(claim, verb, seconds=seconds)
        if command is None:
            return None
        until = command.deadline - seconds + _LEASE

        def shorten(tables: Tables) -> None:
            record = tables.find_id(claim.record.id)
            if record is not None and record.fence == claim.fence:
                tables.update(record, replace(record, due_at=until, lease_until=until))

        await self._store.transact(shorten)
        return command


OVERRIDES = Overrides(processor_store=ShortLeases)
