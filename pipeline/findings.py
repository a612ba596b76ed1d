"""What a sweep finds and may not mend by itself: reported once each, and shown until it is gone."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["FindingKind", "FindingRow", "SweepFinding"]


class FindingKind(StrEnum):
    """foreign-store: a share of the same owner that another store made. untraced: a share that carries this store's id,
    or a mark that names no store, and of which this store knows nothing. held-back: a share whose record was removed;
    more were found at once than the sweeper may delete unasked. missing: an active record without its share.
    different: an active record whose share has another size than the cluster confirmed, or is half-made.
    unswept: the cluster could not be listed.
    """

    FOREIGN_STORE = "foreign-store"
    UNTRACED = "untraced"
    HELD_BACK = "held-back"
    MISSING = "missing"
    DIFFERENT = "different"
    UNSWEPT = "unswept"


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepFinding:
    """name, mark: of the share, empty where it is about the whole cluster. detail: for people."""

    kind: FindingKind
    name: str = ""
    mark: str = ""
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRow:
    """A finding that still holds. at: Unix seconds, when it was first made."""

    number: int
    at: float
    location: str
    finding: SweepFinding
