"""Runs in which the pipeline is right, and which were once called invalid."""

import pytest

from harness.scenario.parse import parse_scenario
from harness.virtual.runner import VirtualRunner
from reports.history import EffectKind
from tests.harness.live.scenes import invalid
from tests.harness.model.scenes import in_model

_BASE = """
title = "One try of each command"
seed = 15
settle = "30s"
fence = "1s"
[workload]
rate = 4
duration = "6s"
mix = { create = 5, recreate = 4, delete = 4, duplicate = 1, compete = 1, premature = 1 }
[client]
total = "3s"
retry_wait = "100ms"
poll_every = "200ms"
poll_deadline = "30s"
[pipeline.gateway]
read = "1500ms"
total = "2s"
[pipeline.processor]
lease = "2s"
scan = "100ms"
[pipeline.command]
connect = "400ms"
login = "400ms"
channel = "400ms"
command = "500ms"
skew = "100ms"
[pipeline.retry]
attempts = 1
first = "100ms"
longest = "500ms"
[pipeline.sweeper]
every = "500ms"
grace = "3s"
[clusters.north]
profile = "lan"
"""

_LATE = """
[[faults]]
kind = "late_effect"
verbs = ["create"]
delay = "{delay}"
probability = 0.5
"""


@pytest.mark.parametrize("claimed", ['["sequence"]', '["sequence", "mark"]', '["sequence", "mark", "not-after"]'])
@pytest.mark.parametrize("delay", ["2s", "5s", "30s"])
def test_a_create_that_is_late_past_its_fence_is_dropped_where_a_delete_has_overtaken_it(
    claimed: str, delay: str
) -> None:
    scenario = parse_scenario(f"{_BASE}capabilities = {claimed}\n{_LATE.format(delay=delay)}", "late.toml")
    played = VirtualRunner().run_now(scenario, seed=scenario.seed)
    assert any(row.fault == "late_effect" for row in played.history.injections)
    assert not any(row.late for row in played.history.effects)
    assert invalid(scenario, played) == {}
    assert invalid(scenario, in_model(scenario, seed=scenario.seed)) == {}


def test_what_comes_past_its_fence_where_no_sequence_is_known_is_no_finding_once_it_is_swept() -> None:
    """The last of it comes after all is at rest: the second reading waits for the sweeper's grace."""
    scenario = parse_scenario(f'{_BASE}capabilities = ["mark"]\n{_LATE.format(delay="6s")}', "late.toml")
    for seed in range(4):
        played = VirtualRunner().run_now(scenario, seed=seed)
        late = [row for row in played.history.effects if row.late and row.kind is EffectKind.CREATED]
        swept = [row for row in played.history.effects if ".sweep." in (row.request_id or "")]
        assert late
        assert swept
        assert invalid(scenario, played) == {}
        assert invalid(scenario, in_model(scenario, seed=seed)) == {}


def test_what_a_cluster_carries_out_against_its_own_promise_is_a_finding_where_nobody_sweeps() -> None:
    late = _LATE.format(delay="5s") + "overtaken = true\n"
    scenario = parse_scenario(f'{_BASE}capabilities = ["sequence"]\n{late}', "late.toml")
    assert "L2" in invalid(scenario, VirtualRunner().run_now(scenario, seed=scenario.seed))
