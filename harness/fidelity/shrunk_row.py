"""A shrunk sequence as a row of the report: what each side answered to each of its steps."""

from collections.abc import Sequence

from harness.fidelity.examine import Examination
from harness.fidelity.observed import Observation
from harness.fidelity.sequence_file import sequence_text
from harness.fidelity.steps import step_words
from reports.fidelity.results import PlayedStep, ShrunkSequence

__all__ = ["shrunk_row"]


def shrunk_row(found: Examination, *, minimal: bool, plays: int) -> ShrunkSequence:
    rows = [
        _played(step_words(step), one.answers, other.answers)
        for step, one, other in zip(found.steps, found.real.steps, found.fake.steps, strict=False)
    ]
    rows += [
        _played(f"at the end: {step_words(look)}", (one,), (other,))
        for (look, one), (_, other) in zip(found.real.final, found.fake.final, strict=False)
    ]
    return ShrunkSequence(
        steps=tuple(rows),
        length=len(found.steps),
        minimal=minimal,
        plays=plays,
        text=sequence_text(found.steps),
    )


def _played(what: str, real: Sequence[Observation], fake: Sequence[Observation]) -> PlayedStep:
    words = [" ∥ ".join(map(str, answers)) for answers in (real, fake)]
    return PlayedStep(what=what, real=words[0], fake=words[1], differs=words[0] != words[1])
