"""Notices in a world: each outcome reaches the receiver, whatever happens to the notifier."""

import pytest

from connector.values import replace
from harness.live.runner import LiveRunner
from harness.mutants.base import base_scenario
from harness.mutants.mutant import killed, notified
from harness.scenario.roles import Role
from harness.scenario.scenario import Scenario
from harness.virtual.runner import VirtualRunner
from reports.history import History
from tests.harness.live.scenes import calm, invalid

ENDS = {("pending", "active"), ("updating", "active"), ("failing", None), ("deleting", None)}


def _scene() -> Scenario:
    return notified(base_scenario())


def _untold(history: History) -> set[int]:
    told = {notice.change for notice in history.notices}
    return {row.number for row in history.changes if (row.before, row.after) in ENDS} - told


@pytest.mark.parametrize("seed", range(3))
def test_each_outcome_is_told_while_the_notifier_is_killed(seed: int) -> None:
    scenario = replace(_scene(), nemesis=killed(Role.NOTIFIER))
    played = VirtualRunner(sampled=False).run_now(scenario, seed=seed)
    assert invalid(scenario, played) == {}
    assert played.history.has_notices
    assert len(played.history.notices) > 10
    assert _untold(played.history) == set()


def test_the_same_seed_gives_the_same_notices() -> None:
    runs = [VirtualRunner(sampled=False).run_now(_scene(), seed=4).history.notices for _ in range(2)]
    assert runs[0] == runs[1]


async def test_over_real_sockets_each_outcome_is_told_too() -> None:
    scenario = notified(replace(calm(2.0), nemesis=killed(Role.NOTIFIER)[:2]))
    played = await LiveRunner().run(scenario, seed=3)
    assert invalid(scenario, played) == {}
    assert len(played.history.notices) > 3
    assert _untold(played.history) == set()
