"""What the sequences of a run have shown so far: differences by kind, and the situations that were met."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from harness.fidelity.declared import IntendedDifference
from harness.fidelity.differences import AnswerDifference
from harness.fidelity.examine import Examination
from harness.fidelity.expected import ContractSituation
from harness.fidelity.steps import SequenceStep, step_words
from reports.fidelity.results import DifferenceRow, SituationRow

__all__ = ["FidelityFindings", "KindOfDifference"]


@dataclass(slots=True, kw_only=True)
class KindOfDifference:
    """Differences of one kind: the first, in the sequence of that number, and how many there were."""

    first: AnswerDifference
    steps: tuple[SequenceStep, ...]
    number: int
    count: int = 1

    def row(self, *, reason: str | None = None, confirmed: bool = True) -> DifferenceRow:
        return DifferenceRow(
            what=self.first.what,
            real=str(self.first.real),
            fake=str(self.first.fake),
            number=self.number,
            count=self.count,
            sequence=tuple(step_words(step) for step in self.steps),
            reason=reason,
            confirmed=confirmed,
        )


@dataclass(slots=True, kw_only=True)
class FidelityFindings:
    """declared: intended differences. foreseen: the situations that can come."""

    declared: Sequence[IntendedDifference]
    foreseen: Sequence[ContractSituation]
    played: int = 0
    commands: int = 0
    pairs: int = 0
    free: int = 0
    undecided: list[str] = field(default_factory=list)
    open: dict[tuple[tuple[str, ...], str, str], KindOfDifference] = field(default_factory=dict)
    intended: dict[IntendedDifference, KindOfDifference] = field(default_factory=dict)
    seen: Counter[ContractSituation] = field(default_factory=Counter)

    def note(self, number: int, found: Examination, situations: Mapping[int, ContractSituation]) -> None:
        """situations: of steps, as the contract foresees them."""
        self.played += 1
        self.commands += sum(len(step.commands) for step in found.steps[: found.compared])
        self.pairs += any(step.is_pair for step in found.steps[: found.compared])
        self.free += found.free
        if found.undecided is not None:
            self.undecided.append(f"sequence {number}: {found.undecided}")
        for difference in found.differences:
            self._note_difference(number, found, difference)
        for index, situation in situations.items():
            if index < found.compared and not found.apart.intersection(found.steps[index].slots):
                code = found.real.steps[index].answers[0].code
                self.seen[ContractSituation(verb=situation.verb, state=situation.state, code=code)] += 1

    def is_intended(self, difference: AnswerDifference) -> bool:
        return self._intention(difference) is not None

    def intended_rows(self) -> tuple[DifferenceRow, ...]:
        return tuple(finding.row(reason=declared.reason) for declared, finding in self.intended.items())

    def situation_rows(self) -> tuple[SituationRow, ...]:
        return tuple(
            SituationRow(verb=each.verb.value, state=each.state, code=each.code, seen=self.seen[each])
            for each in self.foreseen
        )

    def stale(self) -> tuple[str, ...]:
        """Declared differences that did not come."""
        return tuple(each.words for each in self.declared if each not in self.intended)

    def _note_difference(self, number: int, found: Examination, difference: AnswerDifference) -> None:
        declared = self._intention(difference)
        if declared is not None:
            self.intended[declared] = _added(self.intended.get(declared), number, found, difference)
            return
        self.open[difference.kind] = _added(self.open.get(difference.kind), number, found, difference)

    def _intention(self, difference: AnswerDifference) -> IntendedDifference | None:
        return next((each for each in self.declared if each.covers(difference)), None)


def _added(
    known: KindOfDifference | None, number: int, found: Examination, difference: AnswerDifference
) -> KindOfDifference:
    """The one of the lowest number stands for all."""
    if known is None:
        return KindOfDifference(first=difference, steps=found.steps, number=number)
    known.count += 1
    if number < known.number:
        known.first, known.steps, known.number = difference, found.steps, number
    return known
