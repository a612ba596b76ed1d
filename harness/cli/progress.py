"""Progress on stderr: one updating line on a terminal, plain lines elsewhere."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from harness.run.progress import Progress, Stage, Step
from reports.plain import plain

__all__ = ["show_progress"]

_STAGE_NAMES = {
    Stage.START: "starting clusters and service",
    Stage.LOAD: "load",
    Stage.HEAL: "healing",
    Stage.QUIESCE: "quiescing",
    Stage.FENCE: "waiting for the fence",
    Stage.COLLECT: "collecting",
    Stage.STOP: "stopping",
    Stage.REPLICATE: "replications",
}
_EVERY = 5.0
"""Seconds between plain lines within a stage."""


@contextmanager
def show_progress(scenario: str) -> Iterator[Progress]:
    """Yield the callback that a world calls at each step."""
    scenario = plain(scenario)
    if sys.stderr.isatty():
        with _bars() as bars:
            yield _LiveProgress(bars, scenario)
    else:
        yield _PlainProgress(scenario)


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


class _LiveProgress:
    def __init__(self, bars: Bars, scenario: str) -> None:
        self._bars = bars
        self._scenario = scenario
        self._task = bars.add_task(scenario, total=None, ops="")

    def __call__(self, step: Step) -> None:
        self._bars.update(
            self._task,
            description=f"{self._scenario}: {_STAGE_NAMES[step.stage]}",
            total=step.of,
            completed=step.done,
            ops=_count(step),
        )


class _PlainProgress:
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
        words = [f"{_STAGE_NAMES[step.stage]}{_span(step)}", *filter(None, [_count(step)])]
        sys.stderr.write(f"{self._scenario}: {', '.join(words)}\n")
        sys.stderr.flush()


def _span(step: Step) -> str:
    unit = "" if step.stage is Stage.REPLICATE else " s"
    return "" if step.of is None else f" {step.done:.0f} of {step.of:.0f}{unit}"


def _count(step: Step) -> str:
    """Return the number of ops so far; empty for replications, which are many runs."""
    return "" if step.stage is Stage.REPLICATE else f"{step.ops} ops"
