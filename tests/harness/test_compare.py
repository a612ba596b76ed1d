"""All designs meet the same arrivals and the same cluster, and the shipped comparison shows what sets them apart."""

import asyncio
from collections import Counter
from contextlib import nullcontext
from pathlib import Path

import httpx
import pytest

from connector.operations import Create, Delete, Request, Resize, Show
from connector.outcomes import Outcome
from connector.protocol import Deadlines
from connector.values import replace
from fake_clusters.draws import Draws
from fake_clusters.profile import Profile
from fake_clusters.profiles import load_profile
from fake_clusters.rules.rule import Window
from harness.compare import run_designs
from harness.scenario.parse import find_scenario, read_scenario
from harness.scenario.scenario import Scenario
from harness.service.reference import settings_of, with_design
from harness.world_name import WorldName
from pipeline.errors import SettingsError
from pipeline.settings import Design
from reports.comparison import ShareEnding, compare
from reports.journal import Journal
from reports.verdicts import Verdict
from tests.pipeline.designs.services import HOME, serving
from tests.pipeline.processor.model_cluster import ModelCluster

BROKEN = (Design.BLOCKING, Design.IN_PROCESS)


def shortened() -> Scenario:
    """The shipped scenario, a little shorter."""
    scenario = read_scenario(find_scenario("three_designs"))
    (kill,) = scenario.nemesis
    return replace(
        scenario,
        workload=replace(scenario.workload, duration=6.0),
        nemesis=(replace(kill, window=Window(begins=5.0)),),
        expect={"kill": 1},
    )


def test_only_the_design_changes() -> None:
    scenario = shortened()
    other = with_design(scenario, Design.BLOCKING)
    assert settings_of(other).design is Design.BLOCKING
    assert settings_of(other).model_copy(update={"design": Design.SPOOL}) == scenario.pipeline
    assert replace(other, pipeline=scenario.pipeline) == scenario


def test_a_design_that_cannot_run_with_the_settings_is_refused() -> None:
    scenario = with_design(shortened(), Design.BLOCKING)
    processor = settings_of(scenario).processor.model_copy(update={"lease": 0.5})
    brief = replace(scenario, pipeline=settings_of(scenario).model_copy(update={"processor": processor}))
    assert settings_of(with_design(brief, Design.IN_PROCESS)).processor.lease == 0.5
    with pytest.raises(SettingsError, match=r"pipeline\.processor\.lease: 0\.5 s must be longer"):
        with_design(brief, Design.SPOOL)


class DrawingCluster(ModelCluster):
    """Notes what a cluster with a seed draws for each command: by share, verb and attempt, as the fakes count them."""

    def __init__(self, profile: Profile) -> None:
        super().__init__()
        self.drawn: dict[tuple[str, str, int], float] = {}
        self._profile = profile
        self._draws = Draws(7, "north")
        self._seen: Counter[tuple[str, str]] = Counter()

    async def perform(self, request: Request, deadlines: Deadlines) -> Outcome:
        if isinstance(request, Create | Resize | Delete | Show):
            self._seen[request.name, request.verb] += 1
            attempt = self._seen[request.name, request.verb]
            plan = self._draws.command(self._profile, request.verb, request.name, attempt)
            self.drawn[request.name, request.verb, attempt] = plan.service
        return await super().perform(request, deadlines)


async def drawn_by(design: Design, directory: Path) -> dict[tuple[str, str, int], float]:
    """What the cluster drew while a few shares were made and deleted, one after the other."""
    cluster = DrawingCluster(load_profile("slow"))
    async with serving(directory, design, cluster) as service:
        for name in ("one", "two", "three"):
            path = f"/v1/shares/north/{name}"
            await service.client.post("/v1/shares", json=HOME | {"name": name})
            await until(service.client, path, 200)
            await service.client.delete(path)
            await until(service.client, path, 404)
    return cluster.drawn


async def until(client: httpx.AsyncClient, path: str, status: int) -> None:
    async with asyncio.timeout(20):
        while True:
            shown = await client.get(path)
            if shown.status_code == status and (status == 404 or shown.json()["state"] == "active"):
                return
            await asyncio.sleep(0.005)


async def test_a_command_meets_the_same_service_time_whatever_the_design(tmp_path: Path) -> None:
    tables = []
    for design in BROKEN:
        (tmp_path / design).mkdir()
        tables.append(await drawn_by(design, tmp_path / design))
    blocking, in_process = tables
    common = blocking.keys() & in_process.keys()
    assert {(name, "create", 1) for name in ("one", "two", "three")} <= common
    assert {(name, "delete", 1) for name in ("one", "two", "three")} <= common
    assert {key: blocking[key] for key in common} == {key: in_process[key] for key in common}
    assert len(set(blocking.values())) == len(blocking)


def strikes(journal: Journal) -> frozenset[str]:
    """The shares whose first create lost its reply."""
    return frozenset(row.key or "" for row in journal.history.injections if row.attempt == 1)


def commanded(journal: Journal) -> frozenset[str]:
    """The shares of the cluster that loses replies whose create was sent well before the kill: it certainly arrived."""
    rows = [row for row in journal.history.attempts if row.share and row.verb == "create" and row.began_at < 4.0]
    return frozenset(row.name for row in rows if row.location == "north")


async def played(scenario: Scenario, world: WorldName) -> list[Journal]:
    """By each design in turn: blocking, in-process, spool."""
    runs = run_designs(
        scenario,
        (Design.BLOCKING, Design.IN_PROCESS, Design.SPOOL),
        seed=5,
        world=world,
        stop=asyncio.Event(),
        progress=lambda name: nullcontext(lambda step: None),
        command=lambda design: f"spoolproof run three_designs --pipeline {design}",
    )
    return [journal async for journal in runs]


@pytest.mark.parametrize(
    "world",
    [
        pytest.param(WorldName.LIVE, marks=[pytest.mark.slow, pytest.mark.soak, pytest.mark.timeout(400)]),
        WorldName.VIRTUAL,
    ],
)
async def test_blocking_leaves_orphans_in_process_forgets_its_promises_and_the_spool_is_valid(
    world: WorldName,
) -> None:
    journals = await played(shortened(), world)
    comparison = compare(journals)
    blocking, in_process, spool = comparison.figures
    assert [row.label for row in comparison.figures] == ["blocking", "in-process", "spool"]
    assert comparison.paired

    assert blocking.verdict is Verdict.INVALID
    assert blocking.orphans
    assert blocking.timeouts["api"]
    assert {"L2", "S11"} <= blocking.broken.keys()
    assert blocking.lost == 0

    assert in_process.verdict is Verdict.INVALID
    assert in_process.lost
    assert "L1" in in_process.broken
    assert not any(in_process.timeouts.values())

    assert spool.verdict is Verdict.VALID, spool.broken
    assert (spool.orphans, spool.ghosts, spool.lost) == (0, 0, 0)
    assert spool.endings is not None
    assert spool.endings[ShareEnding.OPEN] == 0

    # Common random numbers, end to end: where two designs sent the same first create, it met the same fate.
    for one, other in ((journals[0], journals[2]), (journals[1], journals[2])):
        both = commanded(one) & commanded(other)
        assert both
        assert strikes(one) & both == strikes(other) & both
    targets = [{row.target for row in journal.history.nemesis if row.action == "kill"} for journal in journals]
    assert targets == [{"api"}, {"api"}, {"processor"}]


async def test_an_absent_cluster_costs_creates_where_they_block_and_time_where_they_are_pending() -> None:
    shipped = read_scenario(find_scenario("outage"))
    outage = replace(shipped, workload=replace(shipped.workload, duration=30.0))
    blocking, in_process, spool = compare(await played(outage, WorldName.VIRTUAL)).figures
    assert spool.came_active == in_process.came_active == spool.asked
    assert blocking.came_active < 0.9 * blocking.asked
    assert (spool.verdict, in_process.verdict) == (Verdict.VALID, Verdict.VALID)
