"""What one cluster or tenant costs the others: a cluster that hangs, and a tenant with a thousand shares waiting."""

import pytest

from connector.values import replace
from harness.checkers.history_index import HistoryIndex
from harness.checkers.turns import most_claims, passed_over, tenants_of
from harness.journal import bounds_of
from harness.scenario.parse import parse_scenario
from harness.virtual.runner import VirtualRunner
from tests.harness.live.scenes import invalid

HANG = """
title = "A cluster that hangs for a minute, and another one"
settle = "120s"

[workload]
rate = 2
duration = "65s"

[client]
poll_every = "5s"
poll_deadline = "120s"

[clusters.north]
profile = "lan"

[clusters.south]
profile = "lan"

[[faults]]
kind = "hang"
clusters = ["north"]
between = ["2s", "62s"]
"""


def p99_of_the_other(*, hangs: bool) -> float:
    """Seconds from the acceptance of a create on the south until its share is active."""
    scenario = parse_scenario(HANG, "hang.toml")
    scenario = scenario if hangs else replace(scenario, faults=())
    result = VirtualRunner(sampled=False).run_now(scenario, seed=1)
    assert invalid(scenario, result) == {}
    timelines = HistoryIndex(result.history).timelines.values()
    south = [timeline for timeline in timelines if timeline.location == "south"]
    assert len(south) >= 50
    waits = sorted(timeline.changes[1].at - timeline.changes[0].at for timeline in south)
    return waits[-(len(waits) // 100) - 1]


def test_a_cluster_that_hangs_for_a_minute_moves_the_p99_of_another_by_a_tenth_at_most() -> None:
    assert p99_of_the_other(hangs=True) <= 1.1 * p99_of_the_other(hangs=False)


CROWD = """
title = "A tenant that asks for more than a cluster can do, and another one"
settle = "90s"

[workload]
rate = 60
duration = "1s"
tenants = { crowd = 15, single = 1 }

[client]
total = "30s"
poll_every = "5s"
poll_deadline = "90s"

[pipeline.processor]
workers = 4

[clusters.north]
profile = { default = "100ms" }
"""


@pytest.mark.parametrize("rate", [60, pytest.param(1100, marks=pytest.mark.soak)])
def test_a_tenants_share_begins_within_the_slots_and_one_claim_whatever_another_has_waiting(rate: int) -> None:
    scenario = parse_scenario(CROWD, "crowd.toml")
    workload = replace(scenario.workload, rate=float(rate), tenants={"crowd": rate / 4, "single": 1.0})
    scenario = replace(scenario, workload=workload)
    result = VirtualRunner(sampled=False).run_now(scenario, seed=1)
    assert invalid(scenario, result) == {}
    index = HistoryIndex(result.history, bounds_of(scenario, result))
    assert most_claims(index) == 5
    tenants = tenants_of(index)
    begun = {row.share: row.began_at for row in reversed(result.history.attempts) if row.is_command}
    made = {row.share: row.at for row in result.history.changes if row.before is None}
    crowds = []
    for waited in passed_over(index):
        if tenants[waited.accepted.share] == "single":
            at = waited.accepted.at
            crowds.append(sum(made[share] < at < begun[share] for share in made if tenants[share] == "crowd"))
            assert len(waited.claims) <= 5
    assert max(crowds) > rate / 4
