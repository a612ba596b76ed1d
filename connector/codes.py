"""The catalogue of refusals: what each means, its exit status, and whether it is definite.

Definite: the command had no effect and will have none. Everything else is unknown to the caller,
who has to ask (`show`) before acting. The documentation's table is generated from `CATALOGUE`.
The idea is Maelstrom's `resources/errors.edn`; the codes are ours.
"""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["CATALOGUE", "Code", "CodeEntry", "is_definite"]


class Code(StrEnum):
    """Why a command was refused or not answered. The wire form of a code belongs to the dialect."""

    ALREADY_EXISTS = "already-exists"
    NOT_FOUND = "not-found"
    INVALID = "invalid"
    QUOTA = "quota"
    FULL = "full"
    READ_ONLY = "read-only"
    NOT_EMPTY = "not-empty"
    DENIED = "denied"
    UNSUPPORTED = "unsupported"
    STALE = "stale"
    EXPIRED = "expired"
    INCOMPLETE = "incomplete"
    BUSY = "busy"
    INTERNAL = "internal"
    INTERRUPTED = "interrupted"
    # Seen by the client, never sent by a connector:
    TIMEOUT = "timeout"
    LOST = "lost"
    REFUSED = "refused"
    UNTRUSTED = "untrusted"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeEntry:
    """One row of the catalogue. `status`: the native dialect's exit status, None for client-side codes.

    `retry`: the same command may succeed later with nothing else changed.
    """

    code: Code
    status: int | None
    definite: bool
    retry: bool
    prose: str


def _row(code: Code, status: int | None, prose: str, *, definite: bool, retry: bool = False) -> CodeEntry:
    return CodeEntry(code=code, status=status, definite=definite, retry=retry, prose=prose)


CATALOGUE: dict[Code, CodeEntry] = {
    entry.code: entry
    for entry in (
        _row(Code.ALREADY_EXISTS, 10, "A share of that name exists and was made by another request.", definite=True),
        _row(
            Code.NOT_FOUND,
            11,
            "There is no such share, snapshot or (for delete with a mark) no such share of ours.",
            definite=True,
        ),
        _row(
            Code.INVALID, 12, "The command or one of its arguments is not acceptable to this connector.", definite=True
        ),
        _row(Code.QUOTA, 13, "The account's quota does not allow it.", definite=True),
        _row(Code.FULL, 14, "The cluster has no room left.", definite=True, retry=True),
        _row(Code.READ_ONLY, 15, "The cluster is in read-only mode.", definite=True, retry=True),
        _row(Code.NOT_EMPTY, 16, "The share still has snapshots.", definite=True),
        _row(Code.DENIED, 17, "This user may not do that.", definite=True),
        _row(Code.UNSUPPORTED, 18, "This connector does not know the operation or option.", definite=True),
        _row(
            Code.STALE, 19, "A newer command for this share has been seen: this one is refused for ever.", definite=True
        ),
        _row(Code.EXPIRED, 20, "The command arrived after its not-after instant.", definite=True),
        _row(Code.INCOMPLETE, 21, "The share is half-made: only delete accepts it.", definite=True),
        _row(Code.BUSY, 22, "Too many commands; nothing was started.", definite=True, retry=True),
        _row(
            Code.INTERNAL,
            70,
            "The connector failed inside; it may have done all, some or nothing.",
            definite=False,
            retry=True,
        ),
        _row(Code.INTERRUPTED, 71, "The connector was stopped while it worked.", definite=False, retry=True),
        _row(Code.TIMEOUT, None, "No answer by the deadline of the phase.", definite=False, retry=True),
        _row(Code.LOST, None, "The connection ended before the exit status arrived.", definite=False, retry=True),
        _row(
            Code.REFUSED,
            None,
            "The connection, session or channel was refused: the command was never sent.",
            definite=True,
            retry=True,
        ),
        _row(Code.UNTRUSTED, None, "The host key is not the known one: nothing was sent.", definite=True, retry=True),
        _row(Code.UNREADABLE, None, "The reply or exit status is not of the dialect.", definite=False, retry=True),
    )
}


def is_definite(code: Code) -> bool:
    """Whether a command answered with `code` certainly had no effect and will have none."""
    return CATALOGUE[code].definite
