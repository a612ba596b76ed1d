"""Receivers of notices misbehave over real sockets as they do in the virtual world."""

from collections import Counter

import pytest

from harness.live.runner import LiveRunner
from harness.scenario.parse import parse_scenario
from tests.harness.live.scenes import invalid

_TOLD = """title = "Told"
[workload]
rate = 4.0
duration = "2s"
[clusters.north]
profile.base = "lan"
[pipeline.notifier]
enabled = true
scan = "200ms"
timeout = "500ms"
lease = "2s"
retries = ["500ms", "500ms", "500ms", "500ms"]
pause = "100ms"
[[receivers]]
kind = "rejected_notice"
first = 2
[[receivers]]
kind = "dropped_notice"
first = 1
"""


@pytest.mark.slow
async def test_notices_are_refused_and_not_answered_and_everything_is_told_all_the_same() -> None:
    scenario = parse_scenario(_TOLD, "told.toml")
    played = await LiveRunner().run(scenario, seed=1)
    assert invalid(scenario, played) == {}
    assert Counter(row.fault for row in played.history.injections) == {"rejected_notice": 2, "dropped_notice": 1}
