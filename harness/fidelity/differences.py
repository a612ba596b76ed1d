"""Compares two plays of one sequence, step by step, until nothing more of it can be compared."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from connector.operations import Verb
from harness.fidelity.observed import Observation, Play, StepSeen
from harness.fidelity.steps import SequenceStep, ShareSlot, step_words

__all__ = ["AnswerDifference", "PairMismatch", "PlayComparison", "compared", "is_same_pair", "of_pair"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerDifference:
    """step: its number, from 0; None: it shows at the end. what: what was asked, in words. verbs: of the
    command; of a pair of both, and `show` where its shares look otherwise after it. shares: that it may be about."""

    step: int | None
    what: str
    verbs: tuple[str, ...]
    shares: frozenset[str]
    real: Observation
    fake: Observation

    @property
    def kind(self) -> tuple[tuple[str, ...], str, str]:
        """What makes two differences alike: of which verbs, and from what to what."""
        return self.verbs, self.real.code, self.fake.code

    def is_as(self, other: "AnswerDifference") -> bool:
        """Whether it is the other one, or what one command alone shows of it."""
        part = len(self.verbs) == 1 < len(other.verbs) and self.verbs[0] in other.verbs
        return self.kind == other.kind or part


@dataclass(frozen=True, slots=True, kw_only=True)
class PairMismatch:
    """A pair that ended otherwise on either target, which two orders of its commands may explain."""

    step: int
    shares: frozenset[str]
    real: StepSeen
    fake: StepSeen


@dataclass(slots=True, kw_only=True)
class PlayComparison:
    """used: shares so far. compared: how many steps were. apart: shares that differ, so that nothing more of them is
    compared. undecided: why it ended early."""

    used: frozenset[str] = frozenset()
    differences: list[AnswerDifference] = field(default_factory=list)
    mismatch: PairMismatch | None = None
    compared: int = 0
    apart: frozenset[str] = frozenset()
    undecided: str | None = None


def compared(steps: Sequence[SequenceStep], real: Play, fake: Play) -> PlayComparison:
    """Compare until a step that one target did not decide, or a pair that ended otherwise."""
    found = PlayComparison()
    for number, (step, one, other) in enumerate(zip(steps, real.steps, fake.steps, strict=False)):
        if not _compare_step(found, number, step, one, other):
            break
    if found.mismatch is None:
        found.undecided = _undecided(real, fake)
    if found.mismatch is None and found.undecided is None:
        for (look, one_look), (_, other_look) in zip(real.final, fake.final, strict=True):
            _compare(found, None, look, one_look, other_look)
    return found


def of_pair(step: SequenceStep, mismatch: PairMismatch) -> AnswerDifference:
    """Of a pair whose end no order of its commands explains."""
    verbs = [command.verb.value for command in step.commands]
    looks_apart = mismatch.real.after != mismatch.fake.after
    return AnswerDifference(
        step=mismatch.step,
        what=step_words(step),
        verbs=(*verbs, Verb.SHOW.value) if looks_apart else tuple(verbs),
        shares=mismatch.shares,
        real=_joined(mismatch.real),
        fake=_joined(mismatch.fake),
    )


def _joined(seen: StepSeen) -> Observation:
    """Both answers, and what the share looked like then."""
    answers = tuple(row for each in seen.answers for row in each.shown)
    shown = (*answers, *(row for each in seen.after for row in each.shown or (("", each.code),)))
    return Observation(
        code=" ∥ ".join(each.code for each in seen.answers),
        shown=shown,
        certain=all(each.certain for each in seen.all),
        site=seen.answers[0].site,
    )


def is_same_pair(one: StepSeen, other: StepSeen, apart: frozenset[str]) -> bool:
    return _keys(one, apart) == _keys(other, apart)


def _keys(seen: StepSeen, apart: frozenset[str]) -> list[object]:
    return [each.without(apart) for each in seen.all]


def _compare_step(found: PlayComparison, number: int, step: SequenceStep, one: StepSeen, other: StepSeen) -> bool:
    """Whether the next step can be compared as well."""
    found.used |= _shares_of(step)
    if not step.is_pair:
        _compare(found, number, step, one.answers[0], other.answers[0])
    elif not found.apart & _shares_of(step):
        if any(_says_nothing(*each) for each in zip(one.all, other.all, strict=False)):
            return False
        if not is_same_pair(one, other, found.apart):
            shares = _shares_of(step) | _met(_shares_of(step), found.used)
            found.mismatch = PairMismatch(step=number, shares=shares, real=one, fake=other)
            return False
    found.compared = number + 1
    return True


def _compare(
    found: PlayComparison, number: int | None, step: SequenceStep, one: Observation, other: Observation
) -> None:
    asked = _shares_of(step)
    if asked & found.apart or _says_nothing(one, other) or one.without(found.apart) == other.without(found.apart):
        return
    what = step_words(step) if number is not None else f"{step_words(step)}, at the end"
    shares = asked or frozenset(slot for slot, _ in set(one.shown) ^ set(other.shown)) - found.apart
    verbs = (step.commands[0].verb.value,)
    found.differences.append(
        AnswerDifference(
            step=number, what=what, verbs=verbs, shares=shares | _met(shares, found.used), real=one, fake=other
        )
    )
    found.apart |= shares | _twins(shares)


def _says_nothing(one: Observation, other: Observation) -> bool:
    """Whether one of them only says that it is busy or full just now, or both are lost."""
    not_now = any(each.answered and not each.decides for each in (one, other))
    return not_now or not (one.answered or other.answered)


def _shares_of(step: SequenceStep) -> frozenset[str]:
    return frozenset(slot.value for slot in step.slots)


def _met(shares: frozenset[str], used: frozenset[str]) -> frozenset[str]:
    """The twins of these shares, where both names are in use."""
    twins = _twins(shares)
    return twins if twins <= used else frozenset()


def _twins(shares: frozenset[str]) -> frozenset[str]:
    """Who does not tell case from case has one share for both names."""
    twins = {ShareSlot.A.value, ShareSlot.A_IN_CAPITALS.value}
    return frozenset(twins) if shares & twins else frozenset()


def _undecided(real: Play, fake: Play) -> str | None:
    for which, play in (("REAL", real), ("FAKE", fake)):
        if play.undecided is not None:
            return f"{which}: {play.undecided}"
    return None
