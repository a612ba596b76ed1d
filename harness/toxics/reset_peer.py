"""The connection is torn down, as by a firewall that forgot it."""

from dataclasses import dataclass, field

from connector.units import Duration
from harness.toxics.toxic import Direction, Ending, ToxicKind

__all__ = ["RESET_PEER", "ResetPeer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetPeer:
    timeout: Duration = field(default=0.0, metadata={"doc": "on a connection until it is reset; 0: before any byte"})


def _ends(parameters: ResetPeer) -> tuple[float, Ending]:
    return parameters.timeout, Ending.RESET


RESET_PEER = ToxicKind(
    name="reset_peer",
    parameters=ResetPeer,
    direction=Direction.BOTH,
    ends=_ends,
    does="Both ends of the connection are reset (RST) after the timeout; until then everything gets through.",
    seen='"Connection reset by peer".',
    counterpart="reset_peer (timeout; it counts from the first bytes, which it drops)",
)
