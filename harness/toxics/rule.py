"""A toxic as a scenario sets it: which kind, on which links, which way, and when."""

from dataclasses import dataclass
from typing import Any

from harness.toxics.toxic import Direction, Toxic, ToxicKind

__all__ = ["ToxicRule"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToxicRule:
    """label: unique in a run. link: a name, or `processor-*`. begins, ends: seconds from the start of the load."""

    label: str
    link: str
    kind: ToxicKind
    parameters: Any
    direction: Direction | None = None
    toxicity: float = 1.0
    begins: float = 0.0
    ends: float = float("inf")

    def toxic(self) -> Toxic:
        """What it puts on each of its links."""
        return Toxic(
            name=self.label,
            kind=self.kind,
            parameters=self.parameters,
            direction=self.direction,
            toxicity=self.toxicity,
        )
