"""The report of one comparison of a fake with a real connector: differences, coverage, and what they come to."""

from dataclasses import dataclass, field

from reports.contract.results import ShareCensus
from reports.verdicts import Verdict

__all__ = ["LEAST_COVERAGE", "DifferenceRow", "FidelityReport", "PlayedStep", "ShrunkSequence", "SituationRow"]

LEAST_COVERAGE = 0.9
"""Of the situations that can come: below it nothing is decided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayedStep:
    """One step of a sequence, and what both targets answered."""

    what: str
    real: str
    fake: str
    differs: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShrunkSequence:
    """The smallest sequence that shows a difference. minimal: no step of it can be left out. plays: how many it took.

    text: the file that plays it again.
    """

    steps: tuple[PlayedStep, ...]
    length: int
    minimal: bool
    plays: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceRow:
    """Differences of one kind. what: the command of the first of them, in sequence `number`. count: how many came.

    reason: of an intended one. confirmed: it came again when it was played again.
    """

    what: str
    real: str
    fake: str
    number: int
    count: int
    sequence: tuple[str, ...]
    reason: str | None = None
    confirmed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SituationRow:
    """verb, state and code, and in how many commands it was seen."""

    verb: str
    state: str
    code: str
    seen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FidelityReport:
    """began: ISO 8601. asked, played: sequences. commands: that were compared. free: sequences whose two commands at
    once ended otherwise, as either order of them may. undecided: why sequences could not be compared. stale: declared
    differences that did not come. stopped: why the run ended early. replayed: one sequence of a file was played.
    """

    real: str
    fake: str
    dialect: str
    seed: int
    began: str
    seconds: float
    product: str
    command: str
    asked: int
    played: int = 0
    commands: int = 0
    pairs: int = 0
    free: int = 0
    differences: tuple[DifferenceRow, ...] = ()
    intended: tuple[DifferenceRow, ...] = ()
    unconfirmed: tuple[DifferenceRow, ...] = ()
    stale: tuple[str, ...] = ()
    undecided: tuple[str, ...] = ()
    situations: tuple[SituationRow, ...] = ()
    shrunk: ShrunkSequence | None = None
    shares: tuple[ShareCensus, ShareCensus] = field(default_factory=lambda: (ShareCensus(), ShareCensus()))
    interrupted: bool = False
    stopped: str | None = None
    replayed: bool = False

    @property
    def covered(self) -> int:
        """Situations that were seen."""
        return sum(row.seen > 0 for row in self.situations)

    @property
    def is_covered(self) -> bool:
        return self.replayed or self.covered >= LEAST_COVERAGE * max(1, len(self.situations))

    @property
    def verdict(self) -> Verdict:
        if self.differences or (self.stale and self.is_covered):
            return Verdict.INVALID
        open_ended = self.interrupted or self.stopped is not None or self.undecided or self.unconfirmed
        return Verdict.UNKNOWN if open_ended or not self.is_covered else Verdict.VALID
