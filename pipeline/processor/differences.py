"""What store, spool and clusters can have against each other, and what is done about each kind of difference."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["DifferenceKind", "Discrepancy", "Remedy", "remedy_of"]


class DifferenceKind(StrEnum):
    """unhinted: work that has been due for the grace, that nobody holds, and of which no message tells.
    stray-message: a message that waits and has no work to tell of. missing: an active record whose share is gone.
    half-made: an active record whose share is half-made. different: an active record whose share has another size.
    orphan: a share whose record this store removed. foreign: a share that this store never made. unlisted: a cluster
    that could not be listed, or keeps no marks.
    """

    UNHINTED = "unhinted"
    STRAY_MESSAGE = "stray-message"
    MISSING = "missing"
    HALF_MADE = "half-made"
    DIFFERENT = "different"
    ORPHAN = "orphan"
    FOREIGN = "foreign"
    UNLISTED = "unlisted"


class Remedy(StrEnum):
    """send: send a message of the work. end: end the message. verify: ask for a look, which sets the record right.
    delete: delete the share, with its mark.
    """

    SEND = "send"
    END = "end"
    VERIFY = "verify"
    DELETE = "delete"


RemedyOf = Callable[[DifferenceKind], Remedy | None]


def remedy_of(kind: DifferenceKind) -> Remedy | None:
    """None: it is reported, and never touched. No remedy writes a state: that is the processor's alone."""
    return _REMEDIES.get(kind)


_REMEDIES = {
    DifferenceKind.UNHINTED: Remedy.SEND,
    DifferenceKind.STRAY_MESSAGE: Remedy.END,
    DifferenceKind.MISSING: Remedy.VERIFY,
    DifferenceKind.HALF_MADE: Remedy.VERIFY,
    DifferenceKind.DIFFERENT: Remedy.VERIFY,
    DifferenceKind.ORPHAN: Remedy.DELETE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Discrepancy:
    """name: of the share, empty where it is about none. mark: of the share on its cluster. message: its number.

    mended: the remedy was applied.
    """

    kind: DifferenceKind
    location: str
    name: str = ""
    mark: str | None = None
    message: int | None = None
    detail: str
    remedy: Remedy | None = None
    mended: bool = False
