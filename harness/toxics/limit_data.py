"""The connection is closed after so many bytes, in mid-message if that is where they end."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from connector.units import Size
from harness.toxics.toxic import Ending, Item, Passing, Timed, ToxicKind

__all__ = ["LIMIT_DATA", "LimitData"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitData:
    bytes: Size = field(default=1_000, metadata={"doc": "after which the connection is closed"})


def _shape(parameters: LimitData, item: Item, passing: Passing) -> Iterable[Timed]:
    left = parameters.bytes - passing.before
    if not isinstance(item, bytes) or len(item) < left:
        yield passing.at, item
        return
    if left > 0:
        yield passing.at, item[:left]
    yield passing.at, Ending.CLOSE


LIMIT_DATA = ToxicKind(
    name="limit_data",
    parameters=LimitData,
    shape=_shape,
    does="`bytes` bytes get through, counted from when the toxic began on the connection; then it is closed.",
    seen="A reply that ends early.",
    counterpart="limit_data (bytes)",
)
