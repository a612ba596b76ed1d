"""Takes a record up again and again, however many processors have died of it."""

from typing import Any

from harness.mutants.own_claims import OwnClaims
from pipeline.overrides import Overrides
from pipeline.record import Claim, Message

__all__ = ["OVERRIDES", "ImmuneStore"]


class ImmuneStore(OwnClaims):
    """The processor's side of a store."""

    async def claim(self, message: Message | None, **terms: Any) -> Claim | None:
        return await self._store.claim(message, **{**terms, "poison": None})


OVERRIDES = Overrides(processor_store=ImmuneStore)
