"""The end of a connection comes late; its bytes do not."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from connector.units import Duration
from harness.toxics.toxic import Ending, Item, Passing, Timed, ToxicKind

__all__ = ["SLOW_CLOSE", "SlowClose"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowClose:
    delay: Duration = field(default=1.0, metadata={"doc": "before the end is passed on"})


def _shape(parameters: SlowClose, item: Item, passing: Passing) -> Iterable[Timed]:
    late = item in {Ending.FIN, Ending.CLOSE}
    yield passing.at + (parameters.delay if late else 0.0), item


SLOW_CLOSE = ToxicKind(
    name="slow_close",
    parameters=SlowClose,
    shape=_shape,
    does="The end of a connection (FIN) is forwarded late; bytes and resets are forwarded at once.",
    seen="A reader that reads to the end has to wait for it.",
    counterpart="slow_close (delay)",
)
