"""How busy the generator of a live trial is while the trial is measured: its clients are in this process, and its
clusters too."""

import time
from collections.abc import Callable

from harness.capacity.trial_scenario import TrialPlan, measured_window
from harness.run.cpu_meter import CpuMeter
from harness.run.progress import Progress, Stage, Step

__all__ = ["GeneratorWatch"]


class GeneratorWatch:
    """A `Progress` that looks at the processor time of this process, and passes each step on to `then`."""

    def __init__(
        self, plan: TrialPlan, then: Progress | None = None, used: Callable[[], float] = time.process_time
    ) -> None:
        self._meter = CpuMeter(used)
        self._begins, self._ends = measured_window(plan)
        self._then = then

    @property
    def busy(self) -> float:
        """The largest share of a core over a few seconds."""
        return self._meter.busy

    def __call__(self, step: Step) -> None:
        if step.stage is Stage.LOAD and self._begins <= step.done < self._ends:
            self._meter.look(step.done)
        if self._then is not None:
            self._then(step)
