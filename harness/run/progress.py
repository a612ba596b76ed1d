"""Reports the progress of a run: its stages, and where it stands within one."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

__all__ = ["Progress", "ProgressReporter", "Stage", "Step"]

_EVERY = 0.25


class Stage(StrEnum):
    """The stages of a run, in this order; replicate: it runs again with other seeds."""

    START = "start"
    LOAD = "load"
    HEAL = "heal"
    QUIESCE = "quiesce"
    FENCE = "fence"
    COLLECT = "collect"
    STOP = "stop"
    REPLICATE = "replicate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Where a run stands. done, of: seconds into this stage and its most, or replications; ops: asked so far."""

    stage: Stage
    done: float = 0.0
    of: float | None = None
    ops: int = 0


class Progress(Protocol):
    """Called with the progress of a run: at each change of stage, and about four times a second within one."""

    def __call__(self, step: Step) -> None: ...


class ProgressReporter:
    """Calls `on_progress` at each change of stage and a few times a second within one. `now`: seconds of any origin
    (left out: the time in a stage is not reported)."""

    def __init__(self, on_progress: Progress | None = None, now: Callable[[], float] = float) -> None:
        self._on_progress = on_progress
        self._now = now
        self._stage = Stage.START
        self._of: float | None = None
        self._since = now()
        self._ops = 0

    def enter(self, stage: Stage, *, of: float | None = None) -> None:
        """A new stage has begun; it takes at most `of` seconds, where that is known."""
        self._stage, self._of, self._since = stage, of, self._now()
        self._report()

    async def run(self, ops: Callable[[], int]) -> None:
        """Report until cancelled. ops: how many were asked so far."""
        while True:
            self._ops = ops()
            self._report()
            await asyncio.sleep(_EVERY)

    def _report(self) -> None:
        if self._on_progress is not None:
            done = self._now() - self._since
            self._on_progress(Step(stage=self._stage, done=done, of=self._of, ops=self._ops))
