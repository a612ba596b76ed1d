"""Who commands the clusters stands in the history by its name, and what timed out there is told once."""

import pytest

from connector.codes import Code
from harness.model.runner import ModelRunner
from harness.run.hops import commander_of, limits_of
from harness.scenario.parse import find_scenario, read_scenario
from harness.service.reference import with_design
from harness.virtual.runner import VirtualRunner
from pipeline.settings import Design
from reports.history import Hop, OpKind


@pytest.mark.parametrize("world", [VirtualRunner(sampled=False), ModelRunner()], ids=["virtual", "model"])
@pytest.mark.parametrize("design", list(Design))
async def test_each_timeout_is_told_once_at_the_hop_that_gave_up_with_the_op_that_heard_of_it(
    world: VirtualRunner | ModelRunner, design: Design
) -> None:
    shipped = with_design(read_scenario(find_scenario("three_designs")), design)
    history = (await world.run(shipped, seed=shipped.seed)).history
    commander = commander_of(design)
    assert {row.hop for row in history.attempts} == {Hop.CLIENT, commander}
    commands = {row.number for row in history.attempts if row.is_command and row.code is Code.TIMEOUT}
    told = [row for row in history.timeouts if row.attempt in commands]
    assert commands
    assert [row.hop for row in told] == [commander] * len(commands)
    assert all(row.hop is not Hop.API for row in history.timeouts if row.attempt not in commands)
    creates = {op.number for op in history.ops if op.kind is OpKind.CREATE}
    assert (design is Design.BLOCKING) == bool({row.op for row in told} & creates)


@pytest.mark.parametrize("design", list(Design))
def test_only_an_api_that_waits_for_clusters_has_a_bound_of_its_own(design: Design) -> None:
    limits = limits_of(with_design(read_scenario(find_scenario("three_designs")), design))
    assert limits.pop("api", None) == (2.0 if design is Design.BLOCKING else None)
    assert limits == {"client": 4.0, "gateway": 3.0, "processor": 6.0}
