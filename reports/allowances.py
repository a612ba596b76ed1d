"""Allowances: what a service under test may do that the strictest reading of the invariants forbids."""

from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["STRICT", "Allowances"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowances:
    """As the service's sheet says; the default is the strictest reading.

    keys: its requests carry idempotency keys. Without them a create that is sent again meets the share that it made,
    and its refusal says nothing of the first try (S6, S9). grace: seconds within which the service's own sweep removes
    what nobody is to have: as long, it may be on a cluster (L2, S8). late_effects: what was reported as failed may
    still take effect; the sweep removes that as well (S7).
    """

    keys: bool = True
    grace: float = 0.0
    late_effects: bool = False

    @property
    def late_grace(self) -> float:
        """Seconds for which what was reported as failed may be on a cluster."""
        return self.grace if self.late_effects else 0.0

    def of(self, invariant: str) -> str:
        """What an invariant allows because of this, in words; empty where it is as strict as ever."""
        return next((words for names, words in self._words() if invariant in names), "")

    @property
    def described(self) -> tuple[str, ...]:
        """Each of them in words, with the invariants that are less strict."""
        return tuple(f"{words} ({', '.join(names)})" for names, words in self._words())

    def _words(self) -> Iterator[tuple[tuple[str, ...], str]]:
        if not self.keys:
            yield ("S6", "S9"), "no idempotency keys"
        if self.grace:
            yield ("L2", "S8"), f"its sweep has {self.grace:g} s"
        if self.late_grace:
            yield ("S7",), f"late effects, for {self.grace:g} s"


STRICT = Allowances()
"""What a service is held to that says nothing of itself, as the reference pipeline."""
