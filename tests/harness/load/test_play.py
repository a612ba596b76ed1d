"""Loads on real sockets: the history is the scenario's, and figures are those of theory."""

import asyncio
import os
import re
import signal
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import psutil
import pytest

from connector.values import replace
from harness.cli.exits import Exit
from harness.cli.load import LoadCommand, work
from harness.errors import GeneratorFailed, WrongWorld
from harness.live.free_ports import FreePorts
from harness.load.gateway import parse_gateway
from harness.load.play import LoadOptions, LoadResult, play_load
from harness.load.processes import GeneratorSetup
from harness.load.samples import read_samples
from harness.run.progress import Progress, Stage, Step
from harness.scenario.parse import parse_scenario, read_scenario
from harness.scenario.scenario import Scenario
from harness.workload.arrivals import plan
from reports.history import OpKind, Purpose
from reports.measures import quantile
from tests.harness.load.servers import stalling_server

pytestmark = pytest.mark.slow

LISTS_TEXT = (
    'title = "t"\n[workload]\nrate = 30\nspacing = "even"\nduration = "10s"\nmix = { list = 1 }\n[clusters.north]\n'
)
LISTS = parse_scenario(LISTS_TEXT, "test")
CREATES = parse_scenario(
    'title = "t"\nfence = "0s"\n[workload]\nrate = 8\nduration = "2s"\n[clusters.north]\nprofile = "instant"\n', "test"
)
PATIENT = 10.0
"""Seconds that generators may be late in these tests: other tests run beside them."""


async def _play(scenario: Scenario, folder: Path, *, url: str | None = None, processes: int = 1) -> LoadResult:
    options = LoadOptions(setup=GeneratorSetup(processes=processes), latest=PATIENT)
    options = options if url is None else replace(options, gateway=parse_gateway(url))
    return await play_load(scenario, seed=1, folder=folder, options=options)


def _generators_left() -> list[psutil.Process]:
    """Those that run; one that ends during the look is none."""
    left = []
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            if "harness.load.generator" in child.cmdline():
                left.append(child)
    return left


def _killing(who: str) -> Progress:
    """Kills one of the generators that were started with this option, once the load has begun."""
    killed: list[int] = []

    def kill(step: Step) -> None:
        if step.stage is Stage.LOAD and step.ops and not killed:
            found = next(child for child in _generators_left() if who in child.cmdline())
            killed.append(found.pid)
            os.kill(found.pid, signal.SIGKILL)

    return kill


async def test_p90_of_a_load_that_meets_a_stall_is_within_5_percent_of_theory(tmp_path: Path) -> None:
    async with stalling_server(after=3.0, seconds=3.0) as url:
        played = await _play(LISTS, tmp_path, url=url)
    due = [row.at for row in plan(LISTS.workload, seed=1, clusters=["north"])]
    begins, ends = due[0] + 3.0, due[0] + 6.0
    # Three of ten seconds stand still: who comes then waits up to 3 s, so that one in ten of all waits more than 2 s.
    theory = quantile([ends - at if begins <= at < ends else 0.0 for at in due], 0.9)
    assert theory == pytest.approx(2.0, abs=0.05)
    response = [sample.response for sample in played.samples if sample.response is not None]
    assert len(response) == len(due)
    assert quantile(response, 0.9) == pytest.approx(theory, rel=0.05)


async def test_two_processes_play_the_very_arrivals_of_the_plan_between_them(tmp_path: Path) -> None:
    played = await _play(CREATES, tmp_path, processes=2)
    asked = [op for op in played.run.history.ops if op.purpose is Purpose.LOAD and op.kind is OpKind.CREATE]
    planned = plan(CREATES.workload, seed=1, phases=CREATES.phases, clusters=["north"])
    assert sorted((op.intended_at, op.name, op.key) for op in asked) == sorted(
        (row.at, row.name, row.key) for row in planned
    )
    assert [row.number for row in played.run.generators] == [0, 1]
    assert all(row.asked for row in played.run.generators)
    assert played.run.history.effects, "the clusters have seen it"
    assert [op.number for op in played.run.history.ops] == list(range(1, len(played.run.history.ops) + 1))


async def test_a_generator_that_is_killed_ends_the_load_with_one_sentence_and_leaves_what_it_sent(
    tmp_path: Path,
) -> None:
    async with stalling_server() as url:
        options = LoadOptions(gateway=parse_gateway(url), setup=GeneratorSetup(processes=2), latest=PATIENT)
        with pytest.raises(GeneratorFailed, match=r"load generator 1 ended: killed by signal 9"):
            await play_load(LISTS, seed=1, folder=tmp_path, options=options, progress=_killing("--worker"))
    assert read_samples(tmp_path)
    assert not _generators_left()


@asynccontextmanager
async def _workers_elsewhere(folder: Path) -> AsyncIterator[tuple[Scenario, int, Sequence["asyncio.Task[str]"]]]:
    """Two that wait for the master at a port, as on machines of their own, and their load."""
    file = folder / "lists.toml"
    file.write_text(LISTS_TEXT.replace('"10s"', '"3s"'))
    port = FreePorts().of("master")
    commands = [LoadCommand(name=str(file), port=port, out=folder / f"worker-{number}") for number in range(2)]
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_ended(asyncio.to_thread(work, command))) for command in commands]
        yield read_scenario(file), port, tasks
    assert not list(folder.glob("worker-*")), "nothing is left where they were"
    assert not _generators_left()


async def _ended(working: Awaitable[Exit]) -> str:
    """How a worker's command ended, in words."""
    try:
        return f"{await working:d}"
    except GeneratorFailed as error:
        return str(error)


def _led(port: int) -> LoadOptions:
    return LoadOptions(setup=GeneratorSetup(processes=0, port=port, workers=2), latest=PATIENT)


async def test_two_workers_elsewhere_play_the_very_arrivals_of_the_plan_between_them(tmp_path: Path) -> None:
    async with stalling_server() as url, _workers_elsewhere(tmp_path) as (scenario, port, workers):
        options = replace(_led(port), gateway=parse_gateway(url))
        played = await play_load(scenario, seed=scenario.seed, folder=tmp_path, options=options)
    planned = plan(scenario.workload, seed=scenario.seed, clusters=["north"])
    asked = {op.client: op.intended_at for op in played.run.history.ops}
    assert asked == {f"client-{row.number}": row.at for row in planned}
    parts = [sum(row.number % 2 == part for row in planned) for part in range(2)]
    assert [(row.asked, row.latest) for row in played.run.generators] == [(part, PATIENT) for part in parts]
    assert [await worker for worker in workers] == ["0", "0"]


@pytest.mark.parametrize(
    ("who", "said", "theirs"),
    [
        ("--worker", "1 of 2 load generators are gone", ["0", "this worker was killed by signal 9"]),
        ("--master", "the master of the load ended: killed by signal 9", ["the master at .* is gone"] * 2),
    ],
)
async def test_whoever_of_a_load_on_several_machines_is_killed_ends_it_for_all_and_what_came_is_kept(
    tmp_path: Path, who: str, said: str, theirs: list[str]
) -> None:
    async with stalling_server() as url, _workers_elsewhere(tmp_path) as (scenario, port, workers):
        options = replace(_led(port), gateway=parse_gateway(url))
        with pytest.raises(GeneratorFailed, match=f"^{said}$"):
            await play_load(scenario, seed=scenario.seed, folder=tmp_path, options=options, progress=_killing(who))
    ends = sorted([await worker for worker in workers])
    assert all(re.match(pattern, end) for pattern, end in zip(theirs, ends, strict=True)), ends
    assert read_samples(tmp_path)


async def test_what_breaks_clusters_cannot_be_played_at_a_url(tmp_path: Path) -> None:
    broken = parse_scenario(
        'title = "t"\n[workload]\nrate = 1\nduration = "1s"\n[clusters.north]\n[[faults]]\nkind = "reply_lost"\n'
        "first = 1\n",
        "test",
    )
    with pytest.raises(WrongWorld, match="faults"):
        await _play(broken, tmp_path, url="http://127.0.0.1:1")
