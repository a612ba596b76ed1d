"""Never scans: a message is acknowledged before the work is done, and nobody looks for what was left undone."""

from typing import Any

from harness.mutants.own_claims import OwnClaims
from pipeline.overrides import Overrides
from pipeline.record import Claim, Message

__all__ = ["OVERRIDES", "MessagesOnly"]


class MessagesOnly(OwnClaims):
    """The processor's side of a store, in which only messages lead to work."""

    async def claim(self, message: Message | None, **terms: Any) -> Claim | None:
        if message is None:
            return None
        return await self._store.claim(message, **terms)


OVERRIDES = Overrides(processor_store=MessagesOnly)
