"""What of an outcome is compared between two targets: its code, and what it shows. Not how long it took."""

from dataclasses import dataclass

from connector.codes import Code
from connector.sites import Site
from harness.fidelity.steps import SequenceStep

__all__ = ["DONE", "Observation", "Play", "StepSeen"]

DONE = "done"

_NOT_NOW = frozenset({Code.BUSY.value, Code.FULL.value, Code.READ_ONLY.value})


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """code: `done`, or that of the refusal. certain: not an unknown outcome. shown: by share (empty: of none), in
    symbols. site, message: for the reader; they are not compared."""

    code: str
    shown: tuple[tuple[str, str], ...] = ()
    certain: bool = True
    site: Site | None = None
    message: str = ""

    @property
    def decides(self) -> bool:
        """Whether it says what the connector does: not that it is busy or full just now, and not that it is lost."""
        return self.code not in _NOT_NOW and self.answered

    @property
    def answered(self) -> bool:
        """Whether the connector itself has answered."""
        return self.code == DONE or self.site is Site.CONNECTOR_EXEC

    def without(self, slots: frozenset[str]) -> "tuple[str, bool, tuple[tuple[str, str], ...]]":
        """What is compared. slots: shares that are not."""
        return self.code, self.certain, tuple(row for row in self.shown if row[0] not in slots)

    def __str__(self) -> str:
        what = "; ".join(f"{slot}: {text}" if slot else text for slot, text in self.shown)
        words = self.code if self.answered else f"{self.code}: {self.message}"
        return f"{words} ({what})" if what else words


@dataclass(frozen=True, slots=True, kw_only=True)
class StepSeen:
    """What the commands of one step were answered; after: of a pair, what its shares looked like then."""

    answers: tuple[Observation, ...]
    after: tuple[Observation, ...] = ()

    @property
    def all(self) -> tuple[Observation, ...]:
        return (*self.answers, *self.after)


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """One sequence on one target, as far as it came. final: looks at its shares after it. undecided: why it ended
    early."""

    steps: tuple[StepSeen, ...]
    final: tuple[tuple[SequenceStep, Observation], ...] = ()
    undecided: str | None = None
