"""Exploring on the shipped families of storage: whatever breaks, what their connectors allow to be kept is kept."""

import pytest

from harness.explore import explore
from harness.scenario.parse import find_scenario, parse_scenario
from harness.scenario.scenario import Scenario
from tests.harness.families import FAMILIES


def base(family: str) -> Scenario:
    """The shipped base, with both clusters of the family."""
    text = find_scenario("explore").read_text(encoding="utf-8")
    north, south = "[clusters.north]\n", 'dialect = "filer"\n'
    assert north in text
    assert south in text
    dialect = f'dialect = "{family}"\n'
    return parse_scenario(text.replace(north, f"{north}{dialect}").replace(south, dialect), "explore.toml")


@pytest.mark.parametrize(
    ("family", "runs"),
    [
        *((family, 6) for family in FAMILIES),
        *(pytest.param(family, 1_000, marks=pytest.mark.soak) for family in FAMILIES),
    ],
)
def test_no_schedule_breaks_an_invariant_on_a_family(family: str, runs: int) -> None:
    found = explore(base(family), seed=1, runs=runs, keep_going=True)
    assert found.stats.runs == runs
    assert [(failure.invariants, failure.schedule) for failure in found.failures] == []
    assert (found.breakdowns, found.stats.unknown) == ((), 0)
