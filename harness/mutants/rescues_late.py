"""Rescues late: the claim of a processor that died counts for an hour, and its share waits as long."""

from typing import Any

from harness.mutants.own_claims import OwnClaims
from pipeline.overrides import Overrides
from pipeline.record import Claim, Message

__all__ = ["OVERRIDES", "LongLeases"]

_HOUR = 3600.0


class LongLeases(OwnClaims):
    """The processor's side of a store."""

    async def claim(self, message: Message | None, **terms: Any) -> Claim | None:
        return await self._store.claim(message, **{**terms, "lease": _HOUR})


OVERRIDES = Overrides(processor_store=LongLeases)
