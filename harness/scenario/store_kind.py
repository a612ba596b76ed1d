"""StoreKind: what the reference pipeline keeps its records in."""

from enum import StrEnum

__all__ = ["StoreKind"]


class StoreKind(StrEnum):
    """sqlite: a file beside the run. postgresql: a server that is started for the run."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"
