"""A thin line: bytes come one after the other at a rate."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import Field

from connector.units import Size
from harness.toxics.toxic import Item, Passing, Timed, ToxicKind

__all__ = ["BANDWIDTH", "Bandwidth"]

_SMALLEST = 0.1
"""Seconds of the line that one piece takes at most, so that a slow line drips and does not gulp."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bandwidth:
    rate: Annotated[Size, Field(gt=0)] = field(default=10_000, metadata={"doc": "bytes a second"})


def _shape(parameters: Bandwidth, item: Item, passing: Passing) -> Iterable[Timed]:
    if not isinstance(item, bytes):
        yield passing.at, item
        return
    begun = max(passing.at, passing.free_at)
    step = max(1, int(parameters.rate * _SMALLEST))
    for start in range(0, len(item), step):
        piece = item[start : start + step]
        # Counted from the beginning each time: a sum of many small times would drift.
        yield begun + (start + len(piece)) / parameters.rate, piece


BANDWIDTH = ToxicKind(
    name="bandwidth",
    parameters=Bandwidth,
    shape=_shape,
    does="Bytes are forwarded at `rate`, in order; bytes that arrive faster have to wait.",
    seen="Replies arrive slowly, and large ones take long.",
    counterpart='bandwidth (rate: here bytes a second, there KB a second: `rate = 100` is `"100 kB"`)',
)
