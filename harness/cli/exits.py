"""The exit codes of `spoolproof`."""

from collections.abc import Iterable
from enum import IntEnum

__all__ = ["Exit", "with_unwritten", "worst_exit"]


class Exit(IntEnum):
    """The exit codes; scripts rely on them."""

    VALID = 0
    INVALID = 1
    UNKNOWN = 2
    GATE_FAILED = 3
    BAD_INPUT = 64
    SERVICE_UNAVAILABLE = 69
    INTERNAL_ERROR = 70
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
    Exit.SERVICE_UNAVAILABLE,
    Exit.INTERNAL_ERROR,
    Exit.INTERRUPTED,
)


def worst_exit(exits: Iterable[Exit]) -> Exit:
    """Return the worst of several exit codes; valid for none."""
    return max(exits, key=_GRAVITY.index, default=Exit.VALID)


_UNWRITTEN = {
    Exit.VALID: Exit.VALID_UNWRITTEN,
    Exit.INVALID: Exit.INVALID_UNWRITTEN,
    Exit.UNKNOWN: Exit.UNKNOWN_UNWRITTEN,
    Exit.GATE_FAILED: Exit.GATE_FAILED_UNWRITTEN,
}


def with_unwritten(code: Exit) -> Exit:
    """Return the code for the same result with unwritten files or stdout; other codes stay as they are."""
    return _UNWRITTEN.get(code, code)
