"""Steps of a walk: what was asked, and what was understood of the answers."""

from dataclasses import dataclass
from enum import StrEnum

from harness.service.answer import Answer
from reports.history import OpResult

__all__ = [
    "NOT_OFFERED",
    "Outcome",
    "StepResult",
    "WalkExchange",
    "WalkPlan",
    "WalkStep",
    "absent",
    "accepted",
    "clear",
    "in_words",
    "is_absent",
    "is_other",
]


class StepResult(StrEnum):
    """ok: understood, and as it should be. wrong: understood, and not as it should be. unclear: not understood.
    skipped: not asked."""

    OK = "ok"
    WRONG = "wrong"
    UNCLEAR = "unclear"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkExchange:
    """A request and the status of its answer, None for no answer."""

    method: str
    target: str
    status: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkStep:
    """One step. understood: what the answer means by the sheet. seconds: how long it took."""

    name: str
    result: StepResult
    understood: str
    exchanges: tuple[WalkExchange, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkPlan:
    """What to walk. within: seconds for each operation; every: seconds between two looks. size: bytes."""

    location: str
    name: str
    size: int
    within: float
    every: float = 0.5


Outcome = tuple[StepResult, str]
NOT_OFFERED: Outcome = (StepResult.SKIPPED, "the sheet does not have it")


def in_words(answer: Answer) -> str:
    """An answer as the sheet understands it."""
    result = {OpResult.OK: "ok", OpResult.FAIL: "refused", OpResult.INFO: "not understood"}[answer.result]
    said = [answer.state, answer.cause, answer.message, answer.reason, answer.share and f"share {answer.share}"]
    return f"{result}: {', '.join(filter(None, said))}" if any(said) else result


def accepted(answer: Answer) -> Outcome:
    """Of what should succeed."""
    result = {OpResult.OK: StepResult.OK, OpResult.FAIL: StepResult.WRONG, OpResult.INFO: StepResult.UNCLEAR}
    return result[answer.result], in_words(answer)


def clear(answer: Answer) -> Outcome:
    """Of what may succeed or be refused."""
    return StepResult.UNCLEAR if answer.result is OpResult.INFO else StepResult.OK, in_words(answer)


def absent(answer: Answer) -> Outcome:
    """Of a look at what should not be there."""
    if is_absent(answer):
        return StepResult.OK, in_words(answer)
    return StepResult.UNCLEAR if answer.result is OpResult.INFO else StepResult.WRONG, in_words(answer)


def is_absent(answer: Answer) -> bool:
    return answer.result is OpResult.FAIL and answer.status == 404


def is_other(answer: Answer, share: str | None) -> bool:
    return answer.share is not None and share is not None and answer.share != share
