"""Errors of the pipeline's own that it contained and went on from: a run says so, whatever its verdict."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = ["InternalError", "notes_of"]

_MOST = 5
"""Notes of one run: what is wrong shows in the first few."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InternalError:
    """One that a part logged with its trace. message: what it said; error: the exception's type and text."""

    part: str
    message: str
    error: str


def notes_of(errors: Iterable[InternalError]) -> Sequence[str]:
    """A note for each error, with the first message, however often it came."""
    counts: Counter[tuple[str, str]] = Counter()
    messages: dict[tuple[str, str], str] = {}
    for row in errors:
        key = (row.part, row.error)
        counts[key] += 1
        messages.setdefault(key, row.message)
    notes = [
        f"internal error in the {part}, logged {counts[part, error]} times: {message}: {error}"
        for (part, error), message in messages.items()
    ]
    more = len(notes) - _MOST
    return [*notes[:_MOST], *([f"{more} more internal errors: the parts' logs have them"] if more > 0 else [])]
