"""One line of the benchmark's table."""

from dataclasses import dataclass

__all__ = ["Row", "at_least", "at_most"]


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
