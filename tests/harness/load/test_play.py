"""Loads on real sockets: the history is the scenario's, and figures are those of theory."""

import os
import signal
from pathlib import Path

import psutil
import pytest

from connector.values import replace
from harness.errors import GeneratorFailed, WrongWorld
from harness.load.gateway import parse_gateway
from harness.load.play import LoadOptions, LoadResult, play_load
from harness.load.processes import GeneratorSetup
from harness.load.samples import read_samples
from harness.run.progress import Stage, Step
from harness.scenario.parse import parse_scenario
from harness.scenario.scenario import Scenario
from harness.workload.arrivals import plan
from reports.history import OpKind, Purpose
from reports.measures import quantile
from tests.harness.load.servers import stalling_server

pytestmark = pytest.mark.slow

LISTS = parse_scenario(
    'title = "t"\n[workload]\nrate = 30\nspacing = "even"\nduration = "10s"\nmix = { list = 1 }\n[clusters.north]\n',
    "test",
)
CREATES = parse_scenario(
    'title = "t"\nfence = "0s"\n[workload]\nrate = 8\nduration = "2s"\n[clusters.north]\nprofile = "instant"\n', "test"
)
PATIENT = 10.0
"""Seconds that generators may be late in these tests: other tests run beside them."""


async def _play(scenario: Scenario, folder: Path, *, url: str | None = None, processes: int = 1) -> LoadResult:
    options = LoadOptions(setup=GeneratorSetup(processes=processes), latest=PATIENT)
    options = options if url is None else replace(options, gateway=parse_gateway(url))
    return await play_load(scenario, seed=1, folder=folder, options=options)


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
    mine = psutil.Process()

    def kill(step: Step) -> None:
        if step.stage is Stage.LOAD and step.ops:
            for child in mine.children(recursive=True):
                if "harness.load.generator" in child.cmdline() and "--worker" in child.cmdline():
                    os.kill(child.pid, signal.SIGKILL)
                    return

    async with stalling_server() as url:
        options = LoadOptions(gateway=parse_gateway(url), setup=GeneratorSetup(processes=2), latest=PATIENT)
        with pytest.raises(GeneratorFailed, match=r"load generator 1 ended: killed by signal 9"):
            await play_load(LISTS, seed=1, folder=tmp_path, options=options, progress=kill)
    assert read_samples(tmp_path)
    assert not [child for child in mine.children(recursive=True) if "harness.load.generator" in child.cmdline()]


async def test_what_breaks_clusters_cannot_be_played_at_a_url(tmp_path: Path) -> None:
    broken = parse_scenario(
        'title = "t"\n[workload]\nrate = 1\nduration = "1s"\n[clusters.north]\n[[faults]]\nkind = "reply_lost"\n'
        "first = 1\n",
        "test",
    )
    with pytest.raises(WrongWorld, match="faults"):
        await _play(broken, tmp_path, url="http://127.0.0.1:1")
