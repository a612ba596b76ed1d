"""How a run that never waits tells how far it is, and hears that it shall stop."""

import asyncio
import threading

from harness.run.progress import Progress, Stage, Step

__all__ = ["ModelPace"]


class ModelPace:
    """progress: called at each change of stage and between slices. stop: looked at then, from whatever thread."""

    def __init__(self, progress: Progress | None = None, stop: asyncio.Event | threading.Event | None = None) -> None:
        self._progress = progress
        self._stop = stop
        self._stage = Stage.START
        self._of: float | None = None
        self._ops = 0

    @property
    def is_heard(self) -> bool:
        """Whether anybody is told how far it is."""
        return self._progress is not None

    @property
    def stopped(self) -> bool:
        return self._stop is not None and self._stop.is_set()

    def enter(self, stage: Stage, *, of: float | None = None) -> None:
        """A new stage has begun; it takes at most `of` model seconds, where that is known."""
        self._stage, self._of = stage, of
        self.tell(0.0, self._ops)

    def tell(self, done: float, ops: int) -> bool:
        """Where the stage stands; whether to stop."""
        self._ops = ops
        if self._progress is not None:
            self._progress(Step(stage=self._stage, done=done, of=self._of, ops=ops))
        return self.stopped
