"""The exit codes of `spoolproof`."""

from collections.abc import Iterable
from enum import IntEnum

__all__ = ["Exit", "unwritten", "worst_exit"]


class Exit(IntEnum):
    """What a script can rely on."""

    VALID = 0
    INVALID = 1
    UNKNOWN = 2
    GATE_FAILED = 3
    BAD_INPUT = 64
    OWN_FAULT = 70
    VALID_UNWRITTEN = 80
    INVALID_UNWRITTEN = 81
    UNKNOWN_UNWRITTEN = 82
    GATE_FAILED_UNWRITTEN = 83
    INTERRUPTED = 130
    BROKEN_PIPE = 141


_GRAVITY = (
    Exit.VALID,
    Exit.GATE_FAILED,
    Exit.UNKNOWN,
    Exit.INVALID,
    Exit.BROKEN_PIPE,
    Exit.BAD_INPUT,
    Exit.OWN_FAULT,
    Exit.INTERRUPTED,
)


def worst_exit(exits: Iterable[Exit]) -> Exit:
    """The gravest; valid for none."""
    return max(exits, key=_GRAVITY.index, default=Exit.VALID)


_UNWRITTEN = {
    Exit.VALID: Exit.VALID_UNWRITTEN,
    Exit.INVALID: Exit.INVALID_UNWRITTEN,
    Exit.UNKNOWN: Exit.UNKNOWN_UNWRITTEN,
    Exit.GATE_FAILED: Exit.GATE_FAILED_UNWRITTEN,
}


def unwritten(code: Exit) -> Exit:
    """The code of the same result where its files or stdout could not be written; what is no result is as it was."""
    return _UNWRITTEN.get(code, code)
