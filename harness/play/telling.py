"""Tells whoever listens how a run goes."""

import asyncio
from collections.abc import Callable

from harness.play.played import Progress, Stage, Step

__all__ = ["Telling"]

_EVERY = 0.25


class Telling:
    """Calls `progress` at each change of stage and a few times a second within one. `now`: seconds of any origin."""

    def __init__(self, progress: Progress | None, now: Callable[[], float]) -> None:
        self._progress = progress
        self._now = now
        self._stage = Stage.START
        self._of: float | None = None
        self._since = now()
        self._ops = 0

    def enter(self, stage: Stage, *, of: float | None = None) -> None:
        """A new stage has begun; it takes at most `of` seconds, where that is known."""
        self._stage, self._of, self._since = stage, of, self._now()
        self._tell()

    async def run(self, ops: Callable[[], int]) -> None:
        """Tell until cancelled. ops: how many were asked so far."""
        while True:
            self._ops = ops()
            self._tell()
            await asyncio.sleep(_EVERY)

    def _tell(self) -> None:
        if self._progress is not None:
            done = self._now() - self._since
            self._progress(Step(stage=self._stage, done=done, of=self._of, ops=self._ops))
