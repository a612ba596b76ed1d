"""Delta debugging: a part of some items that still fails, from which no single one can be left out.

The ddmin algorithm of Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input" (IEEE TSE 2002).
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

__all__ = ["ddmin"]

Item = TypeVar("Item")


def ddmin(items: Sequence[Item], fails: Callable[[Sequence[Item]], bool]) -> tuple[Item, ...]:
    """`items` themselves must fail. Minimal where `fails` is the same each time; a `fails` that gives up, by saying
    False from then on, leaves what was reached."""
    left = tuple(items)
    if left and fails(()):
        return ()
    pieces = 2
    while len(left) > 1:
        smaller = _without_one(left, min(pieces, len(left)), fails)
        if smaller is not None:
            left, pieces = smaller, max(pieces - 1, 2)
        elif pieces >= len(left):
            break
        else:
            pieces *= 2
    return left


def _without_one(
    items: tuple[Item, ...], pieces: int, fails: Callable[[Sequence[Item]], bool]
) -> tuple[Item, ...] | None:
    """What is left without one of so many pieces, where that fails too."""
    for piece in range(pieces):
        begins, ends = piece * len(items) // pieces, (piece + 1) * len(items) // pieces
        rest = items[:begins] + items[ends:]
        if rest and fails(rest):
            return rest
    return None
