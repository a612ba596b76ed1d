"""Exploring finds seeded bugs within a few runs, shrinks them to almost nothing, and repeats itself exactly."""

import pytest

from connector.values import replace
from harness.explore import Exploration, Schedule, explore, laid, shrink
from harness.explore.drawing import drawn
from harness.mutants.base import base_scenario
from harness.mutants.table import MUTANTS
from harness.scenario.roles import Role
from harness.scenario.scenario import WorkloadKind
from harness.workload.arrivals import plan
from reports.verdicts import Verdict

pytestmark = pytest.mark.xdist_group("explore")  # what they share is made once

BASE = base_scenario()
SILENCE: dict[str, str] = {Role.PROCESSOR: "harness.mutants.fails_on_silence:OVERRIDES"}


@pytest.fixture(scope="module")
def found() -> Exploration:
    return explore(BASE, overrides=SILENCE, seed=1, runs=60)


def test_a_pipeline_that_fails_on_silence_is_found(found: Exploration) -> None:
    (failure,) = found.failures
    assert {"S7", "L2"} & set(failure.invariants)
    assert found.stats.runs == failure.runs <= 60


def test_what_it_needs_is_one_event_and_one_arrival(found: Exploration) -> None:
    (failure,) = found.failures
    shrunk = shrink(failure, overrides=SILENCE, budget=100)
    assert (shrunk.events, shrunk.arrivals, shrunk.minimal) == (1, 1, True)
    assert set(failure.invariants) & {row.invariant for row in shrunk.journal.findings if row.anomalies}


def test_a_budget_of_nothing_leaves_the_failure_as_it_was(found: Exploration) -> None:
    (failure,) = found.failures
    shrunk = shrink(failure, overrides=SILENCE, budget=0)
    assert (shrunk.schedule, shrunk.runs, shrunk.minimal) == (failure.schedule, 0, False)


def test_the_same_seed_explores_the_same() -> None:
    first, second = (explore(BASE, seed=3, runs=6, keep_going=True) for _ in range(2))
    assert first.items == second.items
    assert [each.schedule for each in first.failures] == [each.schedule for each in second.failures]


def test_two_processes_find_what_one_finds(found: Exploration) -> None:
    again = explore(BASE, overrides=SILENCE, seed=1, runs=60, jobs=2)
    assert [each.schedule for each in again.failures] == [each.schedule for each in found.failures]
    assert again.stats.runs == found.stats.runs


def test_whoever_is_told_can_stop_it() -> None:
    assert explore(BASE, seed=1, runs=50, on_progress=lambda stats: stats.runs == 2).stats.runs == 2


LIVELOCK = {"processor": "harness.mutants.claims_stay_due:OVERRIDES"}


@pytest.mark.parametrize("jobs", [1, 2])
def test_it_ends_in_the_middle_of_a_run_that_would_last(jobs: int) -> None:
    found = explore(BASE, overrides=LIVELOCK, seed=1, runs=50, jobs=jobs, halted=lambda: True)
    assert (found.stopped, found.stats.runs, found.breakdowns) == (True, 0, ())


def test_a_livelock_is_kept_with_what_leads_to_it_and_exploring_goes_on() -> None:
    found = explore(BASE, overrides=LIVELOCK, seed=1, runs=2)
    assert (found.stats.runs, found.stats.harness_failures) == (2, 2)
    assert all(each.livelock for each in found.breakdowns)
    assert "busiest: processor: Dispatcher" in found.breakdowns[0].error


def test_the_first_run_without_a_verdict_is_kept_with_the_reason() -> None:
    idle = replace(BASE, workload=replace(BASE.workload, mix={WorkloadKind.DELETE: 1.0}))
    found = explore(idle, seed=1, runs=2)
    assert found.unknown is not None
    assert (found.stats.unknown, found.unknown.runs) == (2, 1)
    assert found.unknown.doubts == ("V1: no client asked anything",)
    assert found.unknown.journal.verdict is Verdict.UNKNOWN


def test_no_load_without_creates_is_drawn() -> None:
    seldom = replace(BASE.workload, rate=1.0, mix={WorkloadKind.CREATE: 1.0, WorkloadKind.DELETE: 2.0})
    base = replace(BASE, workload=seldom)
    loads = [plan(seldom, seed=drawn(base, (), seed=1, number=n).seed, clusters=["plain"]) for n in range(50)]
    assert sum(all(arrival.kind is not WorkloadKind.CREATE for arrival in load) for load in loads) <= 3


def test_what_the_base_expects_of_itself_makes_no_run_unknown() -> None:
    expecting = replace(BASE, faults=MUTANTS["fails_on_silence"].faults, expect={"reply_lost": 1_000})
    assert explore(expecting, seed=1, runs=2).stats.unknown == 0


def test_what_a_scenario_breaks_by_itself_is_shrunk_too() -> None:
    broken = replace(BASE, faults=(*MUTANTS["fails_on_silence"].faults, *MUTANTS["forgets_cleanup"].faults))
    overrides: dict[str, str] = {Role.PROCESSOR: "harness.mutants.forgets_cleanup:OVERRIDES"}
    (failure,) = explore(broken, overrides=overrides, seed=1, runs=20).failures
    # It needs no fault at all: a share that somebody deletes is enough.
    assert shrink(failure, overrides=overrides, budget=150).events == 0


class Shapeless:
    """Sizes that cannot be drawn: what broke lies within our own code, and no part of the world is to blame."""

    mean = 1.0

    def ppf(self, u: float) -> float:
        raise ArithmeticError(f"no size at {u}\nand more")


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_fault_of_our_own_in_a_run_is_kept_and_ends_no_exploration(jobs: int) -> None:
    broken = replace(BASE, workload=replace(BASE.workload, size=Shapeless()))
    found = explore(broken, seed=1, runs=3, jobs=jobs)
    (breakdown,) = found.breakdowns
    assert breakdown.error.startswith("internal error: ArithmeticError: no size at 0.")
    assert "and more" not in breakdown.error
    assert (found.stats.runs, found.stats.harness_failures, breakdown.runs) == (3, 3, 1)


def test_equal_labels_are_told_apart() -> None:
    (rule,) = MUTANTS["fails_on_silence"].faults
    labels = [fault.label for fault in laid(BASE, Schedule(seed=1, events=(rule, rule))).faults]
    assert len(set(labels)) == 2
