"""The results of a search for capacity: intervals of rates, and the trials behind them; saved and read as JSON."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from connector.atomic_file import write_atomic
from reports.errors import CapacityFileError

__all__ = [
    "ALL",
    "BACKLOG",
    "CapacityCase",
    "CapacityReport",
    "CriterionFigure",
    "LoadTrial",
    "OverloadFirst",
    "RateInterval",
    "TrialOutcome",
    "read_capacity",
    "write_capacity",
]

ALL = "all gates"
"""The goal that every criterion holds."""
BACKLOG = "backlog does not grow"
"""The criterion that comes with every scenario, beside its gates."""
_LARGEST = 64 << 20


class TrialOutcome(StrEnum):
    """unknown: the trial says nothing, since the generator was late or there was nothing to measure."""

    HELD = "held"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionFigure:
    """What a trial measured for one gate, or of the backlog. threshold: of the gate. text: the figure in words."""

    criterion: str
    outcome: TrialOutcome
    value: float | None
    text: str
    threshold: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OverloadFirst:
    """What comes between the warm-up and the measured part of a trial: so many arrivals per second for so many seconds,
    then the trial's own rate for `recovery` seconds."""

    rate: float
    seconds: float
    recovery: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadTrial:
    """The scenario at one rate, with one seed. seconds: measured, after `warm_up` and after the overload, if any.

    lateness: p99 of the generator's own delay in seconds. busy: the largest share of a core that it took over a few
    seconds; 0 in virtual time. note: why the outcome is unknown, or what ended in mid-trial.
    """

    rate: float
    seconds: float
    warm_up: float
    seed: int
    outcome: TrialOutcome
    figures: tuple[CriterionFigure, ...]
    arrivals: int
    lateness: float
    busy: float = 0.0
    overload: OverloadFirst | None = None
    note: str = ""

    @property
    def failed(self) -> tuple[CriterionFigure, ...]:
        return tuple(figure for figure in self.figures if figure.outcome is TrialOutcome.FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class RateInterval:
    """Where the highest rate lies at which a goal holds. lower: the goal holds (None: at no rate that was tried).

    upper: it does not (None: it holds at every rate that was allowed). limit: what failed at `upper`. doubtful: the
    trials at `upper` say nothing of the service, since the generator was late. complete: as narrow as was asked.
    """

    goal: str
    lower: float | None
    upper: float | None
    limit: str = ""
    doubtful: bool = False
    complete: bool = True

    @property
    def width(self) -> float | None:
        """The share of `upper` by which the bounds differ; None where one of them is missing."""
        if self.lower is None or self.upper is None:
            return None
        return (self.upper - self.lower) / self.upper


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityCase:
    """One design behind one gateway ("": the scenario's own). intervals: that of all gates comes first.

    again: of all gates, after an overload. predicted: by the model; None where it could not play the scenario, or is
    itself the world. spent: seconds.
    """

    label: str
    design: str
    intervals: tuple[RateInterval, ...]
    trials: tuple[LoadTrial, ...]
    gateway: str = ""
    again: RateInterval | None = None
    predicted: RateInterval | None = None
    spent: float = 0.0

    @property
    def whole(self) -> RateInterval:
        return self.intervals[0]

    @property
    def gap(self) -> float | None:
        """The metastability figure: the share of the capacity that an overload takes away; None where not measured."""
        up, again = self.whole.lower, self.again
        return None if up is None or again is None else max(0.0, 1 - (again.lower or 0.0) / up)


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityReport:
    """All cases of one search. within: the width that was asked. remarks: what a reader must know beside them.

    command: does the same again. trial_command: the part of it that every trial has in common.
    """

    product: str
    scenario: str
    title: str
    scenario_text: str
    world: str
    seed: int
    within: float
    command: str
    trial_command: str
    cases: tuple[CapacityCase, ...]
    remarks: tuple[str, ...] = ()
    interrupted: bool = False


_FILE = TypeAdapter(CapacityReport)


def write_capacity(path: Path, report: CapacityReport) -> None:
    """Write it as JSON, in one step. Raises `OSError`."""
    write_atomic(path, _FILE.dump_json(report, indent=1).decode() + "\n")


def read_capacity(path: Path) -> CapacityReport:
    """Raises `CapacityFileError`."""
    try:
        if path.stat().st_size > _LARGEST:
            raise CapacityFileError(f"{path}: is no result of `spoolproof capacity`: larger than {_LARGEST >> 20} MiB")
        return _FILE.validate_json(path.read_bytes())
    except OSError as error:
        raise CapacityFileError(f"{path}: cannot be read: {error.strerror}") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the whole"
        raise CapacityFileError(f"{path}: is no result of `spoolproof capacity`: {place}: {first['msg']}") from error
