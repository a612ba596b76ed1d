"""Runs scenarios in virtual worlds: in a thread beside the caller's loop, or here and now."""

import asyncio
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType

from harness.errors import WorldError, first_world_error
from harness.garbage import rarely_collected
from harness.run.progress import Progress, ProgressReporter, Stage
from harness.run.result import RunResult
from harness.run.run import Run
from harness.scenario.expectations import arrivals_within
from harness.scenario.scenario import Scenario
from harness.service.reference import Overrides
from harness.virtual.errors import Deadlock
from harness.virtual.hosted.loop import HostingLoop
from harness.virtual.loop import VirtualLoop, run_virtually, running_loop
from harness.virtual.network import Network
from harness.virtual.run_handle import RunHandle, in_thread
from harness.virtual.turns import most_turns
from harness.virtual.world import VirtualConfig, open_virtual_world

__all__ = ["VirtualRunner"]


class VirtualRunner:
    """Runs scenarios, each in a world of its own: the same scenario and seed give the same history, byte for byte.

    model: as a model world: clients call the service instead of asking it over HTTP, and its store is in memory.
    ssh: unmodified SSH between processor and clusters, over the in-memory network, instead of calls into their model.
    http: unmodified HTTP servers and clients likewise. overrides: other behaviour of a part. skews: seconds that a
    part's clock is ahead of the clusters'. latency: one-way seconds between any two hosts. sampled: keep metrics
    over time, which no verdict needs. A link that has toxics is always unmodified, since they need its bytes.
    logs: a folder for what the parts of a Python service print.
    """

    def __init__(
        self,
        *,
        model: bool = False,
        ssh: bool = False,
        http: bool = False,
        overrides: Mapping[str, Overrides] = MappingProxyType({}),
        skews: Mapping[str, float] = MappingProxyType({}),
        latency: float = 0.0,
        sampled: bool = True,
        logs: Path | None = None,
    ) -> None:
        self._config = VirtualConfig(
            model=model,
            ssh=ssh,
            http=http,
            overrides=overrides,
            skews=skews,
            latency=latency,
            sampled=sampled,
            logs=logs,
        )

    async def run(
        self,
        scenario: Scenario,
        *,
        seed: int,
        progress: Progress | None = None,
        stop: asyncio.Event | None = None,
    ) -> RunResult:
        """Run one scenario to its end, in a thread of its own, so that the caller's loop stays awake for Ctrl-C.

        stop: ends the load early; healing, reading and collecting are still done.
        Raises `WorldError` where the world does not come up, breaks by itself, or gets stuck or caught in a livelock.
        """
        return await in_thread(
            lambda handle: self.run_now(scenario, seed=seed, progress=progress, handle=handle), stop or asyncio.Event()
        )

    def run_now(
        self, scenario: Scenario, *, seed: int, progress: Progress | None = None, handle: RunHandle | None = None
    ) -> RunResult:
        """The same, in this thread, where no loop may run: for whoever runs thousands. Raises `WorldError`."""
        net = Network(latency=self._config.latency)
        held = RunHandle() if handle is None else handle
        turns = most_turns(arrivals_within(scenario, 0.0, scenario.workload.duration))
        loop = VirtualLoop if scenario.service is None else HostingLoop
        make = partial(loop, turns=turns, halted=held.is_halted)
        try:
            with rarely_collected():
                return run_virtually(self._execute(scenario, seed, progress, held), net, make=make)
        except Deadlock as stuck:
            waiting = "; ".join(stuck.waiting) or "no task is left"
            raise WorldError(f"the run got stuck at {stuck.at:g} s of virtual time; waiting: {waiting}") from stuck

    async def _execute(self, scenario: Scenario, seed: int, progress: Progress | None, handle: RunHandle) -> RunResult:
        loop, stop = running_loop(), asyncio.Event()
        handle.hold(stop)
        reporter = ProgressReporter(progress, loop.time)
        reporter.enter(Stage.START)
        try:
            async with open_virtual_world(scenario, seed=seed, config=self._config) as world:
                run = Run(world, reporter=reporter, stop=stop, sampled=self._config.sampled)
                result = await run.execute()
                reporter.enter(Stage.STOP)
        except BaseExceptionGroup as group:
            raise first_world_error(group) or group from group
        return result
