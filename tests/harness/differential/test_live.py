"""The live world and the virtual one: the same outcomes, every op with its partner. Nothing is asked of the clock."""

import math

import pytest

from harness.differential.agreement import agreement
from harness.differential.history_line import HistoryTable
from harness.live.runner import LiveRunner
from harness.virtual.runner import VirtualRunner
from tests.harness.model.scenes import scenario

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


async def test_a_calm_scenario_has_the_same_outcomes_on_real_sockets() -> None:
    calm = scenario(rate=2.0, duration=4.0)
    virtual = (await VirtualRunner().run(calm, seed=3)).history
    live = (await LiveRunner().run(calm, seed=3)).history
    found = agreement(virtual, live, bound=math.inf)
    assert found.holds, found.differences
    for figures in found.tables:
        if figures.table in {HistoryTable.CHANGES, HistoryTable.EFFECTS}:
            assert figures.paired == figures.left == figures.right > 0
    accept = next(figures for figures in found.series if figures.name == "create.accept")
    assert (accept.pairs, accept.excluded) == (len(virtual.effects), 0)
