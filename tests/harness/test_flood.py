"""A load of far more arrivals than anybody can draw is stopped at once, and takes no memory for those to come."""

import asyncio
import tracemalloc

import pytest

from connector.values import replace
from harness.model.runner import ModelRunner
from harness.scenario.parse import parse_scenario
from harness.scenario.scenario import WorkloadKind
from harness.virtual.runner import VirtualRunner
from harness.workload.arrivals import drawn
from tests.harness.scenario.samples import CALM

_FLOOD = CALM.replace("rate = 20", "rate = 1000000").replace('"1s"', '"12s"')


@pytest.mark.parametrize("world", [VirtualRunner(), ModelRunner()], ids=["virtual", "model"])
@pytest.mark.parametrize("mix", [{WorkloadKind.CREATE: 1.0}, {WorkloadKind.CREATE: 3.0, WorkloadKind.DELETE: 1.0}])
async def test_a_run_that_is_stopped_draws_no_more_arrivals(
    world: VirtualRunner | ModelRunner, mix: dict[WorkloadKind, float]
) -> None:
    flood = parse_scenario(_FLOOD, "flood.toml")
    flood = replace(flood, settle=1.0, workload=replace(flood.workload, mix=mix))
    stop = asyncio.Event()
    asyncio.get_running_loop().call_later(0.5, stop.set)
    async with asyncio.timeout(60.0):
        played = await world.run(flood, seed=1, stop=stop)
    assert played.interrupted
    assert len(played.history.ops) < 1_000_000


def test_arrivals_to_come_take_no_memory() -> None:
    flood = parse_scenario(_FLOOD, "flood.toml")
    tracemalloc.start()
    try:
        for _ in zip(drawn(flood.workload, seed=1, clusters=("north",)), range(2_000), strict=False):
            pass
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()
