"""Whole searches in the model world: against queueing theory, with too short trials, and after an overload."""

import asyncio
import math

import pytest
from scipy import optimize

from harness.capacity.find import CapacitySearch, expect_capacity
from harness.capacity.search_options import OverloadOptions, SearchOptions
from harness.scenario.scenario import Scenario
from harness.world_name import WorldName
from reports.capacity import RateInterval
from tests.harness.capacity.scenes import one_cluster, storm


def _found(scenario: Scenario, options: SearchOptions) -> tuple[RateInterval, ...]:
    async def find() -> tuple[RateInterval, ...]:
        search = CapacitySearch(scenario, options)
        return await search.find(await expect_capacity(search))

    return asyncio.run(find())


def _options(seconds: float, **more: object) -> SearchOptions:
    return SearchOptions(world=WorldName.MODEL, seed=1, seconds=seconds, warm_up=seconds / 10, **more)  # type: ignore[arg-type]  # figures and switches


def _sojourn(rate: float, servers: int, each: float) -> float:
    """The mean time in M/M/c (Erlang 1917; Kleinrock, Queueing Systems I, 1975, 3.5)."""
    load = rate / each
    terms = [load**n / math.factorial(n) for n in range(servers)]
    last = load**servers / math.factorial(servers) * servers / (servers - load)
    return last / (sum(terms) + last) / (servers * each - rate) + 1 / each


def _theory(limit: float, servers: int, each: float) -> float:
    """The rate at which the mean time is `limit`."""
    return float(optimize.brentq(lambda rate: _sojourn(rate, servers, each) - limit, 1e-6, servers * each - 1e-6))


def _middle(interval: RateInterval) -> float:
    assert interval.lower is not None
    assert interval.upper is not None
    return (interval.lower + interval.upper) / 2


def test_the_capacity_of_eight_servers_is_that_of_theory() -> None:
    """Of trials of eight thousand arrivals, whose own error is two per cent; longer ones are in the soak."""
    queue = one_cluster("mean(attempt.create) < 150ms", slots=8, workers=400)
    (found,) = _found(queue, _options(120.0, within=0.03, repeats=1))
    assert _middle(found) == pytest.approx(_theory(0.150, 8, 10.0), rel=0.04)


@pytest.mark.soak
@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("servers", "limit", "arrivals"), [(1, 0.5, 60_000), (2, 0.3, 60_000), (8, 0.15, 30_000), (30, 0.12, 30_000)]
)
def test_the_capacity_of_any_servers_is_that_of_theory_within_two_per_cent(
    servers: int, limit: float, arrivals: int
) -> None:
    queue = one_cluster(f"mean(attempt.create) < {limit * 1000:g}ms", slots=servers, workers=1000)
    (found,) = _found(queue, _options(arrivals / (servers * 10), within=0.01, repeats=1))
    assert _middle(found) == pytest.approx(_theory(limit, servers, 10.0), rel=0.02)


def test_short_trials_overstate_a_pending_design_and_long_ones_do_not() -> None:
    """What is accepted at once tells nothing; only the backlog does, and it needs time to be seen."""
    pending = one_cluster("p95(create.accept) < 1s")
    (short,), (long,) = _found(pending, _options(3.0)), _found(pending, _options(100.0, repeats=1))
    assert short.lower is not None
    assert long.upper is not None
    assert short.lower > 1.1 * 40.0
    assert long.upper < 1.1 * 40.0


def test_every_gate_has_an_interval_of_its_own_and_the_lowest_is_that_of_all() -> None:
    queue = one_cluster("p50(create.active) < 250ms", "p95(create.active) < 2s")
    whole, median, tail, backlog = _found(queue, _options(30.0, each=True, repeats=1))
    lowers = [each.lower for each in (median, tail, backlog)]
    assert whole.lower == min(rate for rate in lowers if rate is not None)
    assert whole.limit.startswith("p50(create.active) < 250ms")


def _gap(retry_budget: float | None) -> float:
    async def find() -> tuple[RateInterval, RateInterval]:
        search = CapacitySearch(storm(retry_budget=retry_budget), _options(10.0, within=0.1, repeats=1))
        (up,) = await search.find(await expect_capacity(search))
        return up, await search.find_again(up, OverloadOptions(seconds=4.0, recovery=40.0).after(up))

    up, again = asyncio.run(find())
    assert up.lower is not None
    return 1 - (again.lower or 0.0) / up.lower


def test_an_overload_takes_half_of_the_capacity_of_the_blocking_design() -> None:
    """Tried twice, half of the capacity is all that clients may ask for; fluid theory says (1 + R) lambda < mu."""
    assert 0.4 < _gap(None) < 0.65


def test_a_budget_for_retries_closes_the_gap() -> None:
    assert _gap(0.05) < 0.2
