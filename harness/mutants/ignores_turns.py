"""Whoever asked first is served first: a tenant with one share waits behind all that another has asked for."""

from typing import Any

from harness.mutants.own_claims import OwnClaims
from pipeline.overrides import Overrides
from pipeline.record import Claim, Message

__all__ = ["OVERRIDES", "UnfairStore"]


class UnfairStore(OwnClaims):
    """The processor's side of a store."""

    async def claim(self, message: Message | None, **terms: Any) -> Claim | None:
        return await self._store.claim(message, **{**terms, "turns": None})


OVERRIDES = Overrides(processor_store=UnfairStore)
