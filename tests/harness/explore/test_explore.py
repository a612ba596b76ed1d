"""Exploring finds seeded bugs within a few runs, shrinks them to almost nothing, and repeats itself exactly."""

import pytest

from connector.values import replace
from harness.explore import Exploration, Schedule, explore, laid, shrink
from harness.mutants.base import base_scenario
from harness.mutants.table import MUTANTS
from harness.scenario.roles import Role

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
