"""Nothing gets through, and after a while the connection is closed."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from connector.units import Duration
from harness.toxics.toxic import Ending, Item, Passing, Timed, ToxicKind

__all__ = ["TIMEOUT", "TimeoutToxic"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeoutToxic:
    timeout: Duration = field(default=1.0, metadata={"doc": "on a connection until it is closed; 0: never"})


def _shape(parameters: TimeoutToxic, item: Item, passing: Passing) -> Iterable[Timed]:
    yield math.inf, item


def _ends(parameters: TimeoutToxic) -> tuple[float, Ending] | None:
    return (parameters.timeout, Ending.CLOSE) if parameters.timeout > 0 else None


TIMEOUT = ToxicKind(
    name="timeout",
    parameters=TimeoutToxic,
    stops=True,
    shape=_shape,
    ends=_ends,
    does="Nothing gets through; after the timeout the connection is closed. Held bytes arrive if it is removed before.",
    seen="Silence, then the end of the connection before any answer.",
    counterpart="timeout (timeout; it drops what it stops, and so closes connections when it is removed)",
)
