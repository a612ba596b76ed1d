"""Hunting: the first seed that shows a bug, an honest miss, several at once, and the page that tells of it."""

from pathlib import Path

import pytest

from harness.mutants.hunt import Hunted, hunt, hunt_all
from harness.mutants.page import mutants_markdown
from harness.mutants.table import MUTANTS

pytestmark = pytest.mark.xdist_group("hunt")  # what they share is made once

DOCS = Path(__file__).parents[3] / "docs"
SILENCE = "believes_silence"
"""With this seed it shows soon, but not in the first run, and needs one event."""
SEED = 8


@pytest.fixture(scope="module")
def alone() -> Hunted:
    return hunt(MUTANTS[SILENCE], seed=SEED, runs=40)


def test_a_hunt_ends_with_the_first_failing_run_and_shrinks_it_to_what_the_bug_needs(alone: Hunted) -> None:
    hunted = alone
    assert hunted.caught is not None
    assert 1 < hunted.runs == hunted.caught.failure.runs < 40
    assert "S5" in hunted.caught.broken
    assert hunted.caught.shrunk.minimal
    assert len(hunted.caught.events) == 1
    assert hunted.caught.shrunk.arrivals <= 2


def test_a_bug_that_needs_no_fault_is_shrunk_to_the_arrivals_that_show_it() -> None:
    hunted = hunt(MUTANTS["keys_without_fingerprint"], seed=1, runs=20)
    assert hunted.caught is not None
    assert hunted.caught.events == ()
    assert hunted.caught.shrunk.arrivals == 2


def test_a_hunt_that_finds_nothing_says_so_after_all_its_runs() -> None:
    missed = hunt(MUTANTS["trusts_resize"], seed=1, runs=2)
    assert (missed.caught, missed.runs) == (None, 2)


def test_a_livelock_is_caught_by_the_world_itself() -> None:
    hunted = hunt(MUTANTS["claims_stay_due"], seed=1, runs=5)
    assert (hunted.found, hunted.told_by, hunted.runs) == (True, ("livelock",), 1)
    page = mutants_markdown([hunted], seed=1, runs=5)
    assert f"| livelock | 1 | {hunted.seconds:.1f} |  |  |" in page


def test_several_are_hunted_at_once_and_told_in_the_order_in_which_they_were_named(alone: Hunted) -> None:
    told: list[str] = []

    def tell(hunted: Hunted) -> bool:
        told.append(hunted.name)
        return False

    names = (SILENCE, "sweeps_too_soon")
    hunted = hunt_all(names, seed=SEED, runs=40, jobs=2, on_progress=tell)
    assert tuple(row.name for row in hunted) == names
    assert sorted(told) == sorted(names)
    assert all(row.caught for row in hunted)
    assert alone.caught is not None
    assert hunted[0].caught is not None
    assert (alone.runs, alone.caught.events) == (hunted[0].runs, hunted[0].caught.events)


def test_hunts_that_are_stopped_give_what_they_have() -> None:
    missed = ("trusts_resize", "trusts_exit_zero", "ignores_fence")
    hunted = hunt_all(missed, seed=1, runs=1, jobs=1, on_progress=lambda row: True)
    assert 1 <= len(hunted) < len(missed)


def test_the_page_has_a_row_for_each_and_says_what_was_not_found() -> None:
    missed = Hunted(name="reads_stale", runs=7, harness_failures=0, seconds=0.5, caught=None)
    page = mutants_markdown([missed], seed=1, runs=7)
    assert f"| `reads_stale` | {MUTANTS['reads_stale'].does} | polling | **not found** | 7 | 0.5 |  |  |" in page


def test_the_kept_page_tells_of_every_bug_and_that_it_was_found() -> None:
    page = (DOCS / "reference" / "mutants.md").read_text()
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    assert [row.split("`")[1] for row in rows] == list(MUTANTS)
    assert all(MUTANTS[row.split("`")[1]].does in row for row in rows)
    assert "not found" not in page
