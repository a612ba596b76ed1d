"""A cluster that rounds sizes up: its shares are ours, and the API shows the size that they have."""

import pytest

from harness.scenario.parse import parse_scenario
from harness.virtual.runner import VirtualRunner
from tests.harness.live.scenes import invalid
from tests.harness.model.scenes import in_model

STEP = 256 << 20

_SCENARIO = """
title = "An array that rounds"
seed = 4
settle = "60s"
fence = "3s"
[workload]
rate = 4
duration = "12s"
size = 1_000_000_000
mix = { create = 4, recreate = 1, resize = 4, delete = 2, duplicate = 1 }
[client]
poll_every = "200ms"
[pipeline.retry]
attempts = 3
first = "100ms"
longest = "500ms"
[pipeline.command]
connect = "400ms"
login = "400ms"
channel = "400ms"
command = "600ms"
[clusters.marked]
profile = "lan"
limits = { allocation = "256 MiB" }
[clusters.plain]
profile = "lan"
limits = { allocation = "256 MiB" }
capabilities = []
[[faults]]
kind = "reply_lost"
verbs = ["create", "resize"]
probability = 0.3
[[faults]]
kind = "disconnect_before"
verbs = ["create", "resize"]
probability = 0.2
"""


@pytest.mark.parametrize("seed", range(4))
def test_what_a_rounding_cluster_makes_is_taken_for_what_was_asked_and_shown_as_it_is(seed: int) -> None:
    scenario = parse_scenario(_SCENARIO, "rounding.toml")
    played = VirtualRunner().run_now(scenario, seed=seed)
    assert invalid(scenario, played) == {}
    shown = [share.size for row in played.history.readings if row.side == "api" for share in row.shares]
    assert shown
    assert all(size is not None and size % STEP == 0 for size in shown)
    assert not any("different" in (change.reason or "") for change in played.history.changes)
    model = in_model(scenario, seed=seed)
    assert invalid(scenario, model) == {}


def test_a_size_that_no_rounding_of_the_cluster_explains_is_a_ghost() -> None:
    rounding = parse_scenario(_SCENARIO, "rounding.toml")
    exact = parse_scenario(_SCENARIO.replace('limits = { allocation = "256 MiB" }', ""), "exact.toml")
    assert "S2" in invalid(exact, VirtualRunner().run_now(rounding, seed=1))
