"""An outage in which no command is answered: how much of the load are retries, with and without a budget."""

import pytest

from connector.values import replace
from harness.mutants.table import MUTANTS
from harness.scenario.parse import parse_scenario, read_scenario, shipped_scenarios
from harness.scenario.scenario import Scenario
from harness.service.reference import settings_of
from harness.virtual.runner import VirtualRunner
from tests.harness.live.scenes import invalid

OUTAGE = """
title = "The connector of a cluster answers nothing for six seconds"
settle = "60s"

[workload]
rate = 20
duration = "12s"

[client]
poll_deadline = "60s"

[pipeline.retry]
attempts = 1000
first = "100ms"
longest = "1s"
budget = 0.2
floor = 1.0
burst = 10

[clusters.north]
profile = { default = "20ms" }

[[faults]]
kind = "no_exit_status"
phase = "outage"

[[phases]]
name = "outage"
between = ["3s", "9s"]
"""
BEGINS, ENDS = 3.0, 9.0
IGNORES = MUTANTS["ignores_budget"].overrides


def outage(budget: float | None) -> Scenario:
    scenario = parse_scenario(OUTAGE, "outage.toml")
    settings = settings_of(scenario)
    retry = settings.retry.model_copy(update={"budget": budget})
    return replace(scenario, pipeline=settings.model_copy(update={"retry": retry}))


def played(budget: float | None) -> tuple[int, int, float]:
    """The commands during the outage, those of them that are no first try, and when all was at rest."""
    scenario = outage(budget)
    result = VirtualRunner(sampled=False).run_now(scenario, seed=1)
    assert invalid(scenario, result) == {}
    sent = [row for row in result.history.attempts if row.is_command and BEGINS <= row.began_at < ENDS]
    rested = max(row.at for row in result.history.changes if row.after == "active")
    return len(sent), sum((row.fence or 0) > 1 for row in sent), rested


def test_a_budget_bounds_what_retries_add_to_an_outage_and_costs_no_time_after_it() -> None:
    unbounded, retries, rested = played(None)
    assert retries > 2 * (unbounded - retries)
    bounded, fewer, rested_too = played(0.2)
    firsts, seconds, burst = bounded - fewer, ENDS - BEGINS, 10
    assert fewer <= 0.2 * firsts + 1.0 * seconds + burst
    assert rested_too <= rested + 1.0


@pytest.mark.parametrize("scenario", [outage(0.2), read_scenario(shipped_scenarios()["retry_budget"])])
def test_a_processor_that_ignores_its_budget_is_found_by_s15(scenario: Scenario) -> None:
    found = invalid(scenario, VirtualRunner(sampled=False, overrides=IGNORES).run_now(scenario, seed=1))
    assert "S15" in found
