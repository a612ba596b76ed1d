"""Counts the room of a cluster once for a whole batch of claims: where there is any, all are made that are due."""

from collections.abc import Mapping, Sequence
from typing import Any

from harness.mutants.rest import Rest
from pipeline.overrides import Overrides
from pipeline.record import Claim, Message

__all__ = ["OVERRIDES", "CrowdingStore"]


class CrowdingStore(Rest):
    """The processor's side of a store."""

    async def claim_many(
        self, messages: Sequence[Message] | None, *, rooms: Mapping[str, int], most: int, **terms: Any
    ) -> Sequence[Claim]:
        endless = dict.fromkeys(rooms, most)
        claims: Sequence[Claim] = await self._store.claim_many(messages, rooms=endless, most=most, **terms)
        return claims


OVERRIDES = Overrides(processor_store=CrowdingStore)
