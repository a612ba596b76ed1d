"""What was sent in one piece arrives in many small ones."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import Field

from connector.units import Duration, Size
from harness.toxics.toxic import Item, Passing, Timed, ToxicKind

__all__ = ["SLICER", "Slicer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slicer:
    average_size: Annotated[Size, Field(gt=0)] = field(default=64, metadata={"doc": "of a slice"})
    size_variation: Size = field(default=0, metadata={"doc": "± so many bytes, evenly spread; a slice has 1 at least"})
    delay: Duration = field(default=0.001, metadata={"doc": "between two slices"})


def _shape(parameters: Slicer, item: Item, passing: Passing) -> Iterable[Timed]:
    if not isinstance(item, bytes):
        yield passing.at, item
        return
    begun, start, number = max(passing.at, passing.free_at + parameters.delay), 0, 0
    while start < len(item):
        spread = 2 * parameters.size_variation + 1
        size = parameters.average_size - parameters.size_variation + int(spread * passing.draw(number))
        stop = start + max(1, size)
        yield begun + number * parameters.delay, item[start:stop]
        start, number = stop, number + 1


SLICER = ToxicKind(
    name="slicer",
    parameters=Slicer,
    shape=_shape,
    does="Every piece is cut into small ones that arrive one after the other.",
    seen="A reader gets a message in many parts, and lines are split.",
    counterpart="slicer (average_size, size_variation; delay: there in microseconds)",
)
