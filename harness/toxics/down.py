"""Nobody listens."""

from dataclasses import dataclass, field

from harness.toxics.toxic import Direction, DoorState, Ending, ToxicKind

__all__ = ["DOWN", "Down"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Down:
    reset: bool = field(default=True, metadata={"doc": "whether connections that are open are reset"})


def _ends(parameters: Down) -> tuple[float, Ending] | None:
    return (0.0, Ending.RESET) if parameters.reset else None


DOWN = ToxicKind(
    name="down",
    parameters=Down,
    direction=Direction.BOTH,
    standing=True,
    stops=True,
    ends=_ends,
    door=DoorState.CLOSED,
    does="New connections are refused, and open ones are reset.",
    seen='"Connection refused".',
    counterpart="the proxy's `enabled = false` (which closes what is open)",
)
