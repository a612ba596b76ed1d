"""Never scans: a message is acknowledged before the work is done, and nobody looks for what was left undone."""

from harness.mutants.rest import Rest
from pipeline.overrides import Overrides
from pipeline.record import Claim, Message

__all__ = ["OVERRIDES", "MessagesOnly"]


class MessagesOnly(Rest):
    """The processor's side of a store, in which only messages lead to work."""

    async def claim(
        self, message: Message | None, *, owner: str, lease: float, locations: frozenset[str] | None = None
    ) -> Claim | None:
        if message is None:
            return None
        return await self._store.claim(message, owner=owner, lease=lease, locations=locations)


OVERRIDES = Overrides(processor_store=MessagesOnly)
