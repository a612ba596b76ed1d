"""Searches on real sockets, for a quiet machine: against the model, and of a service that is not ours."""

import asyncio

import pytest

from harness.capacity.find import CapacitySearch, expect_capacity
from harness.capacity.search_options import SearchOptions
from harness.scenario.scenario import Scenario
from harness.world_name import WorldName
from reports.capacity import RateInterval
from tests.harness.capacity.scenes import one_cluster


def _found(scenario: Scenario, world: WorldName, *, seconds: float) -> RateInterval:
    """The same seeds, hence the same arrivals and service times, in every world: short trials compare well."""

    async def find() -> RateInterval:
        options = SearchOptions(world=world, seed=1, seconds=seconds, warm_up=3.0, repeats=1)
        search = CapacitySearch(scenario, options)
        (interval,) = await search.find(await expect_capacity(search))
        for trial in search.trials:
            print(
                f"{world}: {trial.rate:.3g}/s for {trial.seconds:g} s: {trial.outcome}, {trial.note or trial.figures}"
            )
            print(f"  generator: lateness {trial.lateness:.4f} s, busy {trial.busy:.0%}")
        return interval

    return asyncio.run(find())


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_a_live_search_finds_what_the_model_finds_within_ten_per_cent() -> None:
    """Four creates at a time, of 400 ms each on average: the clusters are the bound, not this machine."""
    slow = one_cluster("p95(create.active) < 3s", "ratio(errors) <= 1%", mean="400ms")
    model, live = (_found(slow, world, seconds=20.0) for world in (WorldName.MODEL, WorldName.LIVE))
    assert not live.doubtful, live.limit
    middles = [(found.lower + found.upper) / 2 for found in (model, live) if found.lower and found.upper]
    print(model, live, sep="\n")
    assert middles[1] == pytest.approx(middles[0], rel=0.1)
