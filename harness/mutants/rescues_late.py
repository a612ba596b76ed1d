"""Rescues late: the claim of a processor that died counts for an hour, and its share waits as long."""

from harness.mutants.rest import Rest
from pipeline.overrides import Overrides
from pipeline.record import Claim, Message

__all__ = ["OVERRIDES", "LongLeases"]

_HOUR = 3600.0


class LongLeases(Rest):
    """The processor's side of a store."""

    async def claim(
        self, message: Message | None, *, owner: str, lease: float, locations: frozenset[str] | None = None
    ) -> Claim | None:
        return await self._store.claim(message, owner=owner, lease=_HOUR, locations=locations)


OVERRIDES = Overrides(processor_store=LongLeases)
