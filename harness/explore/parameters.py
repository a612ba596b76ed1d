"""The parameters of a fault or a toxic: drawn from what each of them declares, and simpler ones.

A parameter whose metadata has `drawn` takes one of those values, or, with none, always its default.

An effect may come late, but not after the fence, where the cluster cannot refuse what is too old: no pipeline keeps its
promises there. So a duration that puts an effect off is never longer than one phase of a command and the clocks' skew.
"""

from collections.abc import Callable, Iterator
from dataclasses import Field, fields
from enum import Enum
from typing import Any, Protocol, get_args

from connector.units import Duration, Size
from connector.values import replace
from fake_clusters.faults.parameters import Fraction, Rate

__all__ = ["Values", "drawn_parameters", "shrink_parameters"]

_SHORTEST = 0.05
_LATEST = 0.95
"""From this uniform value on, a duration is the longest that it may be: some bugs show at that edge alone."""
_SPREAD = 8.0
"""A number without bounds of its own is drawn from an eighth of its default to eight times as much."""


class Values(Protocol):
    """Where chance comes from."""

    def u01(self) -> float:
        """The next uniform value."""
        ...


def drawn_parameters(kind: type[Any], values: Values, *, longest: float, unheard: float | None = None) -> Any:
    """Of this kind: in half of all draws as they are by default. longest: seconds that a drawn duration has at most.

    unheard: durations put an effect off, and the defaults could be too long; after so many seconds nobody listens any
    more. Half of them are longer: an effect that comes while somebody still listens is merely slow.
    """
    usual = values.u01() < 0.5
    drawn = {}
    for field in fields(kind):
        draw = _drawing(kind, field, longest, unheard)
        if draw is not None and (not usual or (unheard is not None and field.type is Duration)):
            drawn[field.name] = draw(values.u01())
    return kind(**drawn)


def shrink_parameters(parameters: Any, *, late: bool) -> Iterator[Any]:
    """Nearer to the defaults, which a file need not spell. late: as above, so that durations are only made rounder."""
    for field in fields(parameters):
        value = getattr(parameters, field.name)
        if late and field.type is Duration:
            yield replace(parameters, **{field.name: round(value, 1)})
        else:
            yield replace(parameters, **{field.name: field.default})


def _drawing(
    kind: type[Any], field: "Field[Any]", longest: float, unheard: float | None
) -> Callable[[float], Any] | None:
    """From a uniform value to one of the field; None: it stays as it is by default."""
    plain: Any = (*get_args(field.type), field.type)[0]
    usual: Any = field.default
    accepted = field.metadata.get("drawn")
    if accepted == ():
        return None
    if field.type is Duration:
        return lambda u: round(_seconds(u, longest, unheard), 2)
    if field.type is Fraction:
        return lambda u: round(u, 2)
    if field.type is Rate:
        return lambda u: round(_around(usual, u), 1)
    if field.type is Size or plain is int:
        return lambda u: max(1, round(_around(usual, u)))
    if isinstance(plain, type) and issubclass(plain, Enum):
        choices = list(accepted or plain)
        return lambda u: choices[int(u * len(choices))]
    return (lambda u: u < 0.5) if plain is bool else None


def _seconds(u: float, longest: float, unheard: float | None) -> float:
    if unheard is not None and u < 0.5:
        return unheard + 2 * u * (longest - unheard)
    if u >= _LATEST:
        return longest
    return float(_SHORTEST * (longest / _SHORTEST) ** u)


def _around(usual: float, u: float) -> float:
    return float(usual * _SPREAD ** (2 * u - 1))
