"""Takes a record up again and again, however many processors have died of it."""

from collections.abc import Mapping

from harness.mutants.own_claims import OwnClaims
from pipeline.overrides import Overrides
from pipeline.record import Claim, Message

__all__ = ["OVERRIDES", "ImmuneStore"]


class ImmuneStore(OwnClaims):
    """The processor's side of a store."""

    async def claim(
        self,
        message: Message | None,
        *,
        owner: str,
        lease: float,
        locations: frozenset[str] | None = None,
        turns: Mapping[str, str] | None = None,
        poison: int | None = None,
    ) -> Claim | None:
        claim: Claim | None = await self._store.claim(
            message, owner=owner, lease=lease, locations=locations, turns=turns
        )
        return claim


OVERRIDES = Overrides(processor_store=ImmuneStore)
