"""Whole runs through nginx and haproxy: who gave up, who sent a create twice, and a gateway that dies meanwhile."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from connector.values import replace
from harness.live.runner import LiveRunner
from harness.run.result import RunResult
from harness.scenario.gateway_kind import GatewayKind
from harness.scenario.nemesis_kinds import NemesisStep, kill, pause
from harness.scenario.scenario import Scenario, WorkloadKind
from harness.service.reference import settings_of
from reports.history import Attempt, Hop, OpResult
from tests.harness.live.scenes import calm, invalid
from tests.real_parts import need

pytestmark = pytest.mark.slow


@pytest.fixture(params=[GatewayKind.NGINX, GatewayKind.HAPROXY, GatewayKind.BUILTIN])
def kind(request: pytest.FixtureRequest) -> GatewayKind:
    if request.param is not GatewayKind.BUILTIN:
        need(request.param)
    return GatewayKind(request.param)


def _behind(kind: GatewayKind, nemesis: Sequence[NemesisStep], **gateway: object) -> Scenario:
    """Creates alone, through a gateway that waits for half a second."""
    scenario = calm(2.5).behind(kind)
    settings = settings_of(scenario)
    changed = settings.gateway.model_copy(update={"connect": 0.5, "read": 0.5, "total": 2.5, **gateway})
    workload = replace(scenario.workload, mix={WorkloadKind.CREATE: 1.0})
    pipeline = settings.model_copy(update={"gateway": changed})
    return replace(scenario, workload=workload, pipeline=pipeline, nemesis=tuple(nemesis))


def _passed_on(played: RunResult) -> list[Attempt]:
    return [row for row in played.history.attempts if row.hop is Hop.GATEWAY and row.verb == "create"]


async def test_a_create_that_the_gateway_passes_on_twice_is_told_as_the_gateways(
    kind: GatewayKind, tmp_path: Path
) -> None:
    scenario = _behind(kind, [pause("api", at=1.0, duration=0.8)], tries=2, non_idempotent=True)
    played = await LiveRunner(logs=tmp_path).run(scenario, seed=3)
    assert invalid(scenario, played) == {}
    timeouts = {row.attempt: row for row in played.history.timeouts}
    twice = [row for row in _passed_on(played) if row.tried == 2]
    assert twice
    for again in twice:
        first = next(row for row in _passed_on(played) if (row.op, row.request_id) == (again.op, again.request_id))
        assert (timeouts[first.number].hop, timeouts[first.number].injected) == (Hop.GATEWAY, "pause api")
        assert "POST passed on to" in again.message
    assert {row.injected for row in timeouts.values()} == {"pause api"}
    assert (tmp_path / "gateway.log").exists()


async def test_a_gateway_that_is_killed_comes_back_and_its_clients_are_refused_meanwhile(kind: GatewayKind) -> None:
    scenario = _behind(kind, [kill("gateway", at=1.0, duration=0.5)])
    played = await LiveRunner().run(scenario, seed=3)
    assert invalid(scenario, played) == {}
    assert {row.action for row in played.history.nemesis} >= {"kill", "restart"}
    assert any(row.result is not OpResult.OK for row in played.history.attempts if row.hop is Hop.CLIENT)
    assert not played.history.part_ends
