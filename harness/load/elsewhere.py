"""A service that runs elsewhere, of which only the gateway's URL is known: no clusters and no parts are ours."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from connector.clock import steady_clock
from fake_clusters.farm import Farm
from harness.collect.clock import RunClock
from harness.errors import WrongWorld
from harness.http_client import open_httpx
from harness.live.workspace import workspace
from harness.load.plan import api_of
from harness.run.clusters import Clusters
from harness.run.world import World
from harness.scenario.scenario import Scenario
from harness.service.client import open_over_http
from harness.service.parts import RunningPart
from harness.service.service import ServiceApi
from harness.world_name import WorldName
from reports.history import Reading

__all__ = ["check_elsewhere", "open_elsewhere"]

_LEAD = 0.25


class _Elsewhere:
    """A `Service` that shows nothing but its API."""

    def __init__(self, api: ServiceApi, url: str) -> None:
        self.api = api
        self.url = url
        self.parts: Mapping[str, RunningPart] = {}

    async def at_rest(self) -> bool:
        """As far as anybody can tell: the clients have followed what they asked for."""
        return True

    async def read_records(self, round: int) -> Reading:
        """Nothing is listed: there may be millions of shares that are none of the load's."""
        return Reading(number=0, at=0.0, side="api", round=round, ok=False)


def check_elsewhere(scenario: Scenario) -> None:
    """Raises `WrongWorld` for a scenario that breaks what is not ours."""
    broken = {"faults": scenario.faults, "toxics": scenario.toxics, "nemesis": scenario.nemesis}
    if found := [name for name, rules in broken.items() if rules]:
        raise WrongWorld(
            f"{scenario.name}: has {' and '.join(found)}, which do not reach a service that runs elsewhere; "
            "leave out --gateway URL, or take a scenario that only has load"
        )


@asynccontextmanager
async def open_elsewhere(scenario: Scenario, *, seed: int, url: str) -> AsyncIterator[World]:
    """The world of a run against that URL, of a scenario that `check_elsewhere` has passed."""
    with workspace(None) as directory:
        async with Farm((), (), keys=directory / "keys", seed=seed, begun=False) as farm:
            api = api_of(scenario)
            world = World(
                name=WorldName.LIVE,
                scenario=scenario,
                seed=seed,
                clock=RunClock.starting_in(_LEAD, steady_clock(asyncio.get_running_loop())),
                clusters=Clusters(farm, ()),
                service=_Elsewhere(api, url),
                open_client=open_over_http(open_httpx, api),
            )
            async with world.standing(lead=_LEAD):
                yield world
