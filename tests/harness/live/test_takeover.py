"""A processor that is told to stop under load, over real sockets: another one carries on with what it gives back."""

import pytest

from connector.values import replace
from harness.live.runner import LiveRunner
from harness.scenario.nemesis_kinds import terminate
from harness.scenario.parse import parse_scenario
from tests.harness.live.scenes import invalid
from tests.harness.virtual.test_takeover import AT, LEASE, TWO, second_claims

pytestmark = [pytest.mark.slow, pytest.mark.soak]


async def test_what_a_processor_cannot_finish_in_its_grace_is_taken_up_long_before_a_lease_would_end() -> None:
    scenario = parse_scenario(TWO.replace("SERVICE", "4s"), "two.toml")
    scenario = replace(scenario, nemesis=(terminate("processor", at=AT, duration=60.0),))
    result = await LiveRunner().run(scenario, seed=1)
    assert invalid(scenario, result) == {}
    assert result.history.part_ends == ()
    taken_up = second_claims(result.history)
    assert taken_up
    assert max(taken_up) < AT + LEASE
