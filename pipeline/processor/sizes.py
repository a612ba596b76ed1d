"""Whether a size that a cluster shows is the one that was asked for: many arrays round up to a step of their own."""

__all__ = ["LARGEST_STEP", "is_reached", "is_rounded"]

LARGEST_STEP = 1 << 30
"""Bytes: arrays are known to round up to 256 MiB or 1 GiB, and not to more."""


def is_rounded(asked: int, shown: int) -> bool:
    """Whether `shown` is `asked` rounded up to a multiple of a power of two of at most `LARGEST_STEP`, or equal to it.

    If it is so for any step, it is so for the largest one of which `shown` is a multiple.
    """
    step = min(shown & -shown, LARGEST_STEP)
    return asked <= shown < asked + max(step, 1)


def is_reached(before: int, asked: int, shown: int) -> bool:
    """Whether a resize from `before` to `asked` came about on an array that may round up.

    A share that was to shrink and is as large as before, or larger, did not.
    """
    return shown == asked or (shown > asked and not asked < before <= shown)
