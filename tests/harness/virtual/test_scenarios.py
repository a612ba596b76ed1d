"""Scenarios in virtual time: by calls, byte by byte and live they come to the same.

That the shipped ones are valid is tested in `tests.harness.cli.test_shipped`.
"""

import pytest

from connector.sites import Site
from connector.values import replace
from harness.checkers.run_checkers import verdict_of
from harness.differential.agreement import agreement
from harness.journal import journal_of
from harness.live.runner import LiveRunner
from harness.scenario.parse import find_scenario, read_scenario
from harness.scenario.scenario import Scenario
from harness.virtual.runner import VirtualRunner
from reports.history import History, OpKind, OpResult, Purpose
from reports.verdicts import Verdict
from tests.harness.live.scenes import calm, faulty, findings


@pytest.mark.parametrize(
    "name",
    ["ssh_hangs", *(pytest.param(name, marks=pytest.mark.soak) for name in ("duplicate_creates", "late_effects"))],
)
def test_a_shipped_scenario_is_valid_byte_by_byte(name: str) -> None:
    scenario = read_scenario(find_scenario(name))
    played = VirtualRunner(ssh=True, http=True).run_now(scenario, seed=scenario.seed)
    journal = journal_of(scenario, played, seed=scenario.seed, world="virtual-ssh", command="")
    assert journal.verdict is Verdict.VALID


@pytest.mark.parametrize("world", [VirtualRunner(http=True), VirtualRunner(ssh=True)], ids=["http", "ssh"])
def test_where_nothing_breaks_the_long_way_and_the_short_one_have_one_history(world: VirtualRunner) -> None:
    assert _told(world.run_now(calm(), seed=3).history) == _told(VirtualRunner().run_now(calm(), seed=3).history)


def test_where_many_need_connections_at_one_instant_both_ways_open_them_in_the_same_order() -> None:
    scenario = read_scenario(find_scenario("outage"))
    short, long = (VirtualRunner(ssh=ssh).run_now(scenario, seed=scenario.seed).history for ssh in (False, True))
    assert agreement(short, long).holds


def test_requests_to_a_process_that_is_stopped_time_out_at_one_site_by_either_road() -> None:
    scenario = read_scenario(find_scenario("duplicate_creates"))
    short, long = (VirtualRunner(http=http).run_now(scenario, seed=scenario.seed).history for http in (False, True))
    assert Site.GATEWAY_REPLY in {attempt.site for attempt in short.attempts}
    assert _told(long) == _told(short)


def _told(history: History) -> History:
    """All but the samples: which of two things at one instant a look sees is nobody's promise."""
    return replace(history, samples=())


@pytest.mark.slow
@pytest.mark.parametrize("scenario", [calm(), faulty()], ids=["calm", "faulty"])
async def test_live_and_virtual_agree(scenario: Scenario) -> None:
    live = await LiveRunner().run(scenario, seed=5)
    virtual = await VirtualRunner().run(scenario, seed=5)
    assert verdict_of(findings(scenario, live)) == verdict_of(findings(scenario, virtual)) == Verdict.VALID
    assert _creates(live.history) == _creates(virtual.history)


def _creates(history: History) -> dict[str, tuple[OpResult, int | None]]:
    """How each create of the load was answered."""
    creates = [op for op in history.ops if op.kind is OpKind.CREATE and op.purpose is Purpose.LOAD]
    return {op.name: (op.result, op.status) for op in creates}
