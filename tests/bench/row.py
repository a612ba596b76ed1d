"""One line of the benchmark's table."""

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Row", "at_least", "at_most", "plain", "print_rows"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A figure and the goal that it is held to. met: whether it is reached."""

    name: str
    figure: float
    unit: str
    goal: str
    met: bool


def at_least(name: str, figure: float, unit: str, goal: float) -> Row:
    """A figure that must reach its goal."""
    return Row(name=name, figure=figure, unit=unit, goal=f"at least {goal:g} {unit}".strip(), met=figure >= goal)


def at_most(name: str, figure: float, unit: str, goal: float) -> Row:
    """A figure that must not exceed its goal."""
    return Row(name=name, figure=figure, unit=unit, goal=f"at most {goal:g} {unit}".strip(), met=figure <= goal)


def plain(name: str, figure: float, unit: str) -> Row:
    """A figure that is held to nothing."""
    return Row(name=name, figure=figure, unit=unit, goal="", met=True)


def print_rows(rows: Iterable[Row]) -> None:
    """The table of one part."""
    for row in rows:
        print(f"{row.name:64} {row.figure:12.3f} {row.unit:6} {row.goal:16} {'' if row.met else 'NOT MET'}")
