"""What stderr shows while a run is under way: a moving line on a terminal, plain lines anywhere else."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from harness.run.progress import Progress, Stage, Step
from reports.plain import plain

__all__ = ["shown_progress"]

_DOING = {
    Stage.START: "starting clusters and pipeline",
    Stage.LOAD: "load",
    Stage.HEAL: "healing",
    Stage.QUIESCE: "waiting for rest",
    Stage.FENCE: "waiting past the fence",
    Stage.COLLECT: "collecting",
    Stage.STOP: "stopping",
    Stage.REPLICATE: "replications",
}
_EVERY = 5.0
"""Seconds of a stage between two plain lines."""


@contextmanager
def shown_progress(scenario: str) -> Iterator[Progress]:
    """Yields what a world calls at each step."""
    scenario = plain(scenario)
    if sys.stderr.isatty():
        with _bars() as bars:
            yield _Moving(bars, scenario)
    else:
        yield _Plain(scenario)


def _bars() -> Bars:
    return Bars(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=30),
        TextColumn("{task.fields[ops]}", markup=False),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )


class _Moving:
    def __init__(self, bars: Bars, scenario: str) -> None:
        self._bars = bars
        self._scenario = scenario
        self._task = bars.add_task(scenario, total=None, ops="")

    def __call__(self, step: Step) -> None:
        self._bars.update(
            self._task,
            description=f"{self._scenario}: {_DOING[step.stage]}",
            total=step.of,
            completed=step.done,
            ops=_count(step),
        )


class _Plain:
    def __init__(self, scenario: str) -> None:
        self._scenario = scenario
        self._stage: Stage | None = None
        self._next = 0.0

    def __call__(self, step: Step) -> None:
        if step.stage is not self._stage:
            self._stage, self._next = step.stage, 0.0
        elif step.done < self._next:
            return
        self._next = step.done + _EVERY
        words = [f"{_DOING[step.stage]}{_span(step)}", *filter(None, [_count(step)])]
        sys.stderr.write(f"{self._scenario}: {', '.join(words)}\n")
        sys.stderr.flush()


def _span(step: Step) -> str:
    unit = "" if step.stage is Stage.REPLICATE else " s"
    return "" if step.of is None else f" {step.done:.0f} of {step.of:.0f}{unit}"


def _count(step: Step) -> str:
    """The ops of this run; the replications are many runs."""
    return "" if step.stage is Stage.REPLICATE else f"{step.ops} ops"
