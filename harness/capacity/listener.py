"""Who is told of the trials of a search."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from harness.capacity.trial_scenario import TrialPlan
from harness.run.progress import Progress, Step
from reports.capacity import LoadTrial

__all__ = ["SILENT", "TrialListener"]


class TrialListener(Protocol):
    """Told of every trial, those of the model's expectation too."""

    def watch(self, plan: TrialPlan, *, expecting: bool) -> AbstractContextManager[Progress]:
        """Open while the trial is played. expecting: in the model world, to know where to begin."""
        ...

    def ended(self, trial: LoadTrial, *, expecting: bool) -> None:
        """The trial has an outcome."""
        ...


class _Silent:
    @contextmanager
    def watch(self, plan: TrialPlan, *, expecting: bool) -> Iterator[Progress]:
        yield _nothing

    def ended(self, trial: LoadTrial, *, expecting: bool) -> None:
        """Tell nobody."""


def _nothing(step: Step) -> None:
    """Report to nobody."""


SILENT: TrialListener = _Silent()
