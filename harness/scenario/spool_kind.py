"""SpoolKind: where the messages of the reference pipeline wait."""

from enum import StrEnum

__all__ = ["SpoolKind"]


class SpoolKind(StrEnum):
    """store: in the store itself. nats: in a NATS server with JetStream that is started for the run; a relay fills
    it."""

    STORE = "store"
    NATS = "nats"
