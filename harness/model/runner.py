"""The model world: the pipeline's own code on the cluster models, in virtual time, with nothing in between."""

import asyncio
import math

from harness.model.fast.eligible import NotEligible, objection
from harness.model.fast.run import MANY, FastRun
from harness.model.fast.tally import Tally
from harness.model.pace import ModelPace
from harness.run.progress import Progress
from harness.run.result import RunResult
from harness.scenario.scenario import Scenario
from harness.virtual.runner import VirtualRunner

__all__ = ["ModelRunner"]

_RECORDED = 2_000
"""Shares that the fast path records in full, about."""


class ModelRunner:
    """Runs scenarios, each in a world of its own. Nothing is opened, so nothing is left.

    fast: run a load of very many creates on the fast path, where that can play it: it records a part of the shares and
    all that a fault may strike, and counts all. sampled: keep metrics over time, which no verdict needs; the fast path
    keeps none. whole: record all shares, and use the fast path for small loads too.
    """

    def __init__(self, *, fast: bool = True, sampled: bool = True, whole: bool = False) -> None:
        self._fast = fast
        self._whole = whole
        self._general = VirtualRunner(model=True, sampled=sampled)

    async def run(
        self,
        scenario: Scenario,
        *,
        seed: int,
        progress: Progress | None = None,
        stop: asyncio.Event | None = None,
    ) -> RunResult:
        """Run one scenario to its end, in a thread, so that an interrupt is heard. stop: as in every world."""
        if self._is_fast(scenario):
            found = await asyncio.to_thread(self._run_fast, scenario, seed, ModelPace(progress, stop))
            if found is not None:
                return found[0]
        return await self._general.run(scenario, seed=seed, progress=progress, stop=stop)

    def run_now(self, scenario: Scenario, *, seed: int) -> RunResult:
        """The same, in this thread, where no loop may run."""
        return self.run_counted(scenario, seed=seed)[0]

    def run_counted(self, scenario: Scenario, *, seed: int) -> tuple[RunResult, Tally | None]:
        """The same, with the exact counts where the fast path recorded only a part of the shares."""
        found = self._run_fast(scenario, seed, ModelPace()) if self._is_fast(scenario) else None
        return found or (self._general.run_now(scenario, seed=seed), None)

    def _is_fast(self, scenario: Scenario) -> bool:
        return self._fast and (self._whole or _creates(scenario) > MANY) and objection(scenario) is None

    def _run_fast(self, scenario: Scenario, seed: int, pace: ModelPace) -> tuple[RunResult, Tally] | None:
        """None where something happened after all that the fast path cannot tell."""
        every = 1 if self._whole else math.ceil(_creates(scenario) / _RECORDED)
        run = FastRun(scenario, seed=seed, pace=pace, every=every)
        try:
            return run.play(), run.tally
        except NotEligible:
            return None


def _creates(scenario: Scenario) -> float:
    return scenario.workload.rate * scenario.workload.duration
