"""The other side is slow to take connections."""

from dataclasses import dataclass, field

from connector.units import Duration
from harness.toxics.toxic import ToxicKind

__all__ = ["SLOW_ACCEPT", "SlowAccept"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowAccept:
    delay: Duration = field(default=1.0, metadata={"doc": "until a connection opens; on real sockets see above"})
    first_byte: Duration = field(
        default=0.0, metadata={"doc": "from then until the far end is dialled: nothing is relayed before"}
    )


def _before_accept(parameters: SlowAccept) -> float:
    return parameters.delay


def _before_dial(parameters: SlowAccept) -> float:
    return parameters.first_byte


SLOW_ACCEPT = ToxicKind(
    name="slow_accept",
    parameters=SlowAccept,
    direction=None,
    stops=True,
    before_accept=_before_accept,
    before_dial=_before_dial,
    does="Connections open late, and their first byte is relayed later still.",
    seen="Connecting takes long, or the first answer does.",
)
