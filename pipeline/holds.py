"""What an operator holds up at a cluster: its work (pause), or new requests for it (drain)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Hold", "HoldKind", "drained", "paused"]


class HoldKind(StrEnum):
    """pause: no record of the cluster is claimed, and it is not swept; requests are accepted, and wait.
    drain: no request for it is accepted; what was accepted is carried out."""

    PAUSE = "pause"
    DRAIN = "drain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """One location has one at most. since, until: Unix seconds by the store's clock; until None: until it is lifted."""

    location: str
    kind: HoldKind
    reason: str
    who: str
    since: float
    until: float | None

    def is_in_force(self, now: float) -> bool:
        """Whether it holds at this instant: one that is over needs nobody to lift it."""
        return self.until is None or now < self.until


def paused(holds: Sequence[Hold], now: float) -> frozenset[str]:
    """The locations at which nothing is claimed."""
    return frozenset(hold.location for hold in holds if hold.kind is HoldKind.PAUSE and hold.is_in_force(now))


def drained(holds: Sequence[Hold], location: str, now: float) -> Hold | None:
    """Why nothing is accepted for a location; None: it is."""
    for hold in holds:
        if hold.location == location and hold.kind is HoldKind.DRAIN and hold.is_in_force(now):
            return hold
    return None
