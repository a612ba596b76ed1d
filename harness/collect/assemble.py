"""All sources as one history: each list in the order of its instants, numbered through."""

from collections.abc import Iterable
from typing import TypeVar

from connector.values import replace
from reports.history import Attempt, Effect, Injection, Reading

__all__ = ["in_order"]

Numbered = TypeVar("Numbered", Attempt, Effect, Injection, Reading)


def in_order(rows: Iterable[Numbered]) -> tuple[Numbered, ...]:
    """Rows of several sources by their instants, with numbers of their own.

    Stable: rows of one source that share an instant keep the order in which that source wrote them.
    """
    ordered = sorted(rows, key=_instant)
    return tuple(
        row if row.number == number else replace(row, number=number) for number, row in enumerate(ordered, start=1)
    )


def _instant(row: Attempt | Effect | Injection | Reading) -> float:
    return row.began_at if isinstance(row, Attempt) else row.at
