"""Rounder instants and shorter times, the simplest first."""

from collections.abc import Iterator
from typing import Any

from connector.values import replace
from fake_clusters.rules.rule import Rule

__all__ = ["rounder", "shorter"]

_SHORT = 0.1
"""Seconds that anything lasts at least, so that it is long enough to be seen."""


def rounder(rule: Rule[Any, Any]) -> Iterator[Rule[Any, Any]]:
    """The rule from rounder instants on."""
    window = rule.window
    for begins in (0.0, round(window.begins, 0), round(window.begins, 1)):
        if begins < window.ends:
            yield replace(rule, window=replace(window, begins=begins))


def shorter(seconds: float) -> Iterator[float]:
    for fewer in (_SHORT, round(seconds / 2, 1), round(seconds, 1)):
        if _SHORT <= fewer < seconds:
            yield fewer
