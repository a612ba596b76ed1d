"""A misbehaving store whose claims are its own: made one after the other, and of what is due one at a time."""

from collections.abc import Mapping, Sequence
from typing import Any

from harness.mutants.rest import Rest
from pipeline.record import Claim, Message

__all__ = ["OwnClaims"]


class OwnClaims(Rest):
    """The processor's side of a store, which has a `claim` of its own."""

    claim: Any  # of each bug its own

    async def claim_many(
        self,
        messages: Sequence[Message] | None,
        *,
        rooms: Mapping[str, int],
        most: int,
        turns: Mapping[str, str],
        **terms: Any,
    ) -> Sequence[Claim]:
        left, served = dict(rooms), dict(turns)
        claims: list[Claim] = []
        wanted: Sequence[Message | None] = [None] if messages is None else messages
        for message in wanted:
            locations = frozenset(place for place, room in left.items() if room > 0)
            claim = await self.claim(message, locations=locations, turns=served, **terms) if locations else None
            if claim is not None:
                claims.append(claim)
                left[claim.record.location] -= 1
                served[claim.record.location] = claim.record.tenant
        return claims
