"""The asyncio portal keeps its promises in both worlds, repeats to the byte, and its planted bug is found."""

import asyncio
from dataclasses import dataclass

import pytest

from connector.values import replace
from harness.explore import Exploration, Shrunk, explore, shrink
from harness.explore.regression import regression_text
from harness.explore.replay import replay
from harness.journal import journal_of, run_scenario
from harness.run.progress import Step
from harness.virtual.runner import VirtualRunner
from harness.world_name import WorldName
from reports.journal import Journal
from reports.verdicts import Verdict
from tests.examples.portal_asyncio import dumped, dumped_elsewhere, scenario


def _no_progress(step: Step) -> None:
    """Nobody watches."""


def _played(name: str) -> Journal:
    given = scenario(name)
    result = VirtualRunner().run_now(given, seed=given.seed)
    return journal_of(given, result, seed=given.seed, world=WorldName.VIRTUAL, command="")


@pytest.mark.parametrize("name", ["calm", "faults"])
def test_it_keeps_its_promises_in_virtual_time(name: str) -> None:
    assert _played(name).verdict is Verdict.VALID


@pytest.mark.slow
async def test_it_keeps_its_promises_as_processes() -> None:
    given = scenario("faults")
    journal = await run_scenario(
        given, seed=given.seed, progress=_no_progress, stop=asyncio.Event(), command="", world=WorldName.LIVE
    )
    assert journal.verdict is Verdict.VALID


def test_the_same_seed_gives_the_same_bytes_here_and_in_another_process() -> None:
    here = dumped("faults")
    assert here == dumped("faults")
    assert here == dumped_elsewhere("faults", hash_seed="0")
    assert here == dumped_elsewhere("faults", hash_seed="4242")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    exploration: Exploration
    shrunk: Shrunk


@pytest.fixture(scope="module")
def found() -> _Found:
    exploration = explore(scenario("blind_retry"), seed=1, runs=300)
    return _Found(exploration=exploration, shrunk=shrink(exploration.failures[0]))


def _regression(found: _Found) -> str:
    """The file that exploring saves."""
    return regression_text(found.shrunk.base, found.shrunk.schedule, ())


def test_its_planted_bug_is_found_and_shrunk(found: _Found) -> None:
    assert found.exploration.stats.harness_failures == 0
    assert found.shrunk.events <= 3
    assert found.shrunk.minimal


async def test_what_was_found_repeats_to_the_byte(found: _Found) -> None:
    recorded = replace(found.shrunk.journal, scenario_text=_regression(found), service_text="")
    again = await replay(recorded, WorldName.VIRTUAL, progress=_no_progress, stop=asyncio.Event())
    assert again.difference is None
    assert again.same


@pytest.mark.slow
async def test_what_was_found_is_found_again_with_processes(found: _Found) -> None:
    recorded = replace(found.shrunk.journal, scenario_text=_regression(found), service_text="")
    again = await replay(recorded, WorldName.LIVE, progress=_no_progress, stop=asyncio.Event())
    assert again.came_back


def test_exploring_the_portal_as_it_is_finds_nothing() -> None:
    exploration = explore(scenario("calm"), seed=2, runs=12)
    assert (exploration.failures, exploration.breakdowns) == ((), ())
