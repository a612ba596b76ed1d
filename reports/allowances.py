"""Allowances: what a service under test may do that the strictest reading of the invariants forbids."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["STRICT", "Allowances", "LogDetail"]


class LogDetail(StrEnum):
    """What a change log may tell beside the states. owner: of which record each effect on a cluster is."""

    WRITER = "writer"
    REASON = "reason"
    OWNER = "owner"


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowances:
    """As the service's sheet says; the default is the strictest reading.

    keys: its requests carry idempotency keys. Without them a create that is sent again meets the share that it made,
    and its refusal says nothing of the first try (S6, S9). grace: seconds within which the service's own sweep removes
    what nobody is to have: as long, it may be on a cluster (L2, S8). late_effects: what was reported as failed may
    still take effect; the sweep removes that as well (S7). moves: between states, beside those of the contract; None is
    no record (S3, S4, S9, S12). skew: seconds by which the clock of its change log may be off. unlogged: what that log
    does not tell, so that nothing is judged by it.
    """

    keys: bool = True
    grace: float = 0.0
    late_effects: bool = False
    moves: tuple[tuple[str | None, str | None], ...] = ()
    skew: float = 0.0
    unlogged: tuple[LogDetail, ...] = ()

    @property
    def late_grace(self) -> float:
        """Seconds for which what was reported as failed may be on a cluster."""
        return self.grace if self.late_effects else 0.0

    def of(self, invariant: str) -> str:
        """What an invariant allows because of this, in words; empty where it is as strict as ever."""
        return ", ".join(words for names, words in self._words() if invariant in names)

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
        if self.moves:
            moves = ", ".join(f"{old or 'gone'} to {new or 'gone'}" for old, new in self.moves)
            yield ("S3", "S4", "S9", "S12"), f"moves from {moves}"


STRICT = Allowances()
"""What a service is held to that says nothing of itself, as the reference pipeline."""
