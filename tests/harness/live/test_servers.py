"""The servers that the parts share crash and come back: what was accepted is carried out, and nothing is left.

How a store takes that is tested in `tests.pipeline.store.test_postgres`.
"""

import pytest

from connector.values import replace
from harness.scenario.nemesis_kinds import NemesisStep, kill
from harness.scenario.roles import Role, Server
from harness.scenario.scenario import Scenario
from harness.scenario.spool_kind import SpoolKind
from harness.scenario.store_kind import StoreKind
from tests.harness.live.scenes import QUICK, faulty, invalid, played_with_room

pytestmark = [pytest.mark.slow, pytest.mark.soak, pytest.mark.timeout(900)]

_OUTAGE = QUICK.processor.lease + 0.5
"""Longer than a lease: what is claimed when the database goes is free when it comes back."""
_CALM = 8.0
"""Seconds of load behind the last crash, in which the faults strike that the scenario asks for."""


def _scene(*steps: NemesisStep, spool: SpoolKind = SpoolKind.STORE) -> Scenario:
    duration = _CALM + max(step.window.begins + step.parameters.duration for step in steps)
    base = replace(faulty(duration), store=StoreKind.POSTGRESQL, spool=spool, nemesis=steps, settle=60.0)
    return replace(base, expect={**base.expect, "kill": len(steps)})


async def _holds(scenario: Scenario, *, seed: int) -> None:
    scenario, played = await played_with_room(scenario, seed=seed)
    assert invalid(scenario, played) == {}
    assert played.history.part_ends == ()


async def test_a_database_that_is_stopped_at_once_while_claims_expire_loses_nothing() -> None:
    await _holds(_scene(kill(Server.DATABASE, at=1.0, duration=_OUTAGE)), seed=1)


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_database_and_broker_crash_while_the_parts_do(seed: int) -> None:
    """Each alone, then each while a processor is killed and comes up again."""
    steps = (
        kill(Server.DATABASE, at=1.0, duration=_OUTAGE),
        kill(Server.BROKER, at=8.0, duration=2.0),
        kill(Server.DATABASE, at=12.0, duration=_OUTAGE),
        kill(Role.PROCESSOR, at=12.2, duration=0.2),
        kill(Server.BROKER, at=20.0, duration=3.0),
        kill(Role.RELAY, at=20.2, duration=0.2),
        kill(Role.PROCESSOR, at=20.4, duration=0.2),
    )
    await _holds(_scene(*steps, spool=SpoolKind.NATS), seed=seed)
