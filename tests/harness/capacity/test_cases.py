"""Several cases in one search: what is asked of the model once, and what is not shortened."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from harness.capacity.cases import find_cases
from harness.capacity.find import CapacitySearch
from harness.capacity.search_options import CaseOptions, SearchOptions
from harness.capacity.trial_scenario import TrialPlan
from harness.run.progress import Progress
from harness.scenario.gateway_kind import GatewayKind
from harness.world_name import WorldName
from reports.capacity import CapacityCase, LoadTrial
from tests.harness.capacity.scenes import one_cluster


class _Listening:
    """A `TrialListener` that keeps the trials of the model."""

    def __init__(self) -> None:
        self.expecting: list[LoadTrial] = []

    @contextmanager
    def watch(self, plan: TrialPlan, *, expecting: bool) -> Iterator[Progress]:
        yield lambda step: None

    def ended(self, trial: LoadTrial, *, expecting: bool) -> None:
        if expecting:
            self.expecting.append(trial)


async def _cases(listener: _Listening, *gateways: GatewayKind) -> list[CapacityCase]:
    scenario = one_cluster("p50(create.active) < 250ms")
    cases = [CaseOptions(label=kind, scenario=scenario.behind(kind), gateway=kind) for kind in gateways]
    options = SearchOptions(
        world=WorldName.VIRTUAL, seed=1, seconds=1.0, warm_up=0.0, within=0.5, repeats=1, most=100.0
    )
    found = find_cases(cases, options, overload=None, budget=None, listener=listener, stop=asyncio.Event())
    return [case async for case in found]


async def test_the_model_is_asked_once_for_all_gateways_of_a_design() -> None:
    one, two = _Listening(), _Listening()
    (alone,) = await _cases(one, GatewayKind.BUILTIN)
    both = await _cases(two, GatewayKind.BUILTIN, GatewayKind.NGINX)
    assert two.expecting == one.expecting != []
    assert [case.predicted for case in both] == [alone.predicted] * 2


async def test_behind_the_second_gateway_of_a_design_the_search_begins_where_the_first_ended() -> None:
    first, second = await _cases(_Listening(), GatewayKind.BUILTIN, GatewayKind.NGINX)
    assert first.whole.complete
    assert second.whole == first.whole
    assert [trial.rate for trial in second.trials] == [first.whole.lower, first.whole.upper]


def test_a_live_trial_that_is_short_already_is_not_shortened() -> None:
    def shortest(world: WorldName, seconds: float) -> float:
        options = SearchOptions(world=world, seed=1, seconds=seconds, warm_up=0.0)
        return CapacitySearch(one_cluster("p50(create.active) < 250ms"), options).accuracy.shortest

    assert [shortest(WorldName.LIVE, seconds) for seconds in (3.0, 8.0, 40.0)] == [3.0, 5.0, 10.0]
    assert shortest(WorldName.MODEL, 8.0) == 2.0
