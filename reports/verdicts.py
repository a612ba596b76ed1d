"""What the checkers and the gates say of a run."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Anomaly", "Finding", "GateResult", "RowKind", "Verdict", "Witness", "worst"]


class Verdict(StrEnum):
    """valid < unknown < invalid. A crash of the harness is an error, never a verdict."""

    VALID = "valid"
    UNKNOWN = "unknown"
    INVALID = "invalid"

    @property
    def rank(self) -> int:
        return list(Verdict).index(self)


def worst(verdicts: list[Verdict]) -> Verdict:
    """The gravest of them; `valid` for none."""
    return max(verdicts, key=lambda verdict: verdict.rank, default=Verdict.VALID)


class RowKind(StrEnum):
    """The list of the history in which a witness stands."""

    OP = "op"
    ATTEMPT = "attempt"
    CHANGE = "change"
    EFFECT = "effect"
    INJECTION = "injection"
    READING = "reading"
    TIMEOUT = "timeout"
    NOTICE = "notice"
    PART_END = "part-end"
    NEMESIS = "nemesis"


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """One row of the history that proves an anomaly, and a text that describes it. at: for sorting."""

    kind: RowKind
    number: int
    at: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Anomaly:
    """A violation of an invariant. `message` names the share and says what is wrong, in one sentence."""

    invariant: str
    message: str
    location: str = ""
    name: str = ""
    witnesses: tuple[Witness, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The result of one checker. judged False: not checked in this run, and `summary` says why (N/A).

    lacks: the data that the run does not have, so that the invariant was checked in a weaker form, or not at all.
    """

    invariant: str
    title: str
    verdict: Verdict = Verdict.VALID
    judged: bool = True
    summary: str = ""
    anomalies: tuple[Anomaly, ...] = ()
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GateResult:
    """A threshold on a metric in a phase. value None: there was nothing to measure, so `passed` is False.

    value, threshold: seconds of a latency, per second of a rate, events of a count, a fraction of a ratio.
    unfinished: the value is the age of something that had not ended at the end of the run.
    """

    expression: str
    metric: str
    phase: str
    value: float | None
    threshold: float
    passed: bool
    unfinished: bool = False
