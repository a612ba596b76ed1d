"""What a row of a history says, in a form in which rows of two worlds can be laid side by side."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["HistoryLine", "HistoryTable", "LineKey"]

LineKey = tuple[object, ...]


class HistoryTable(StrEnum):
    """The lists of a history that are compared, in the order in which a reader asks for them."""

    OPS = "ops"
    ATTEMPTS = "attempts"
    CHANGES = "state changes"
    EFFECTS = "effects"
    INJECTIONS = "injections"
    TIMEOUTS = "timeouts"
    NEMESIS = "nemesis"


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    """One row. Rows with equal `key` in two histories are the same event.

    share: whom it concerns, location and name. words: names it for a reader. at: when it began. outcome: what must be
    equal in any two worlds. marks: what only worlds share that count and draw alike, such as ids. instants: seconds
    since the run began. passing: what it shows hangs on the very instant at which it looked (a poll), so a few
    milliseconds may change it.
    """

    table: HistoryTable
    key: LineKey
    share: tuple[str, str]
    words: str
    at: float
    outcome: Mapping[str, object]
    marks: Mapping[str, object]
    instants: Mapping[str, float | None]
    passing: bool = False
