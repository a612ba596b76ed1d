"""Arrivals that are left out leave all others as they were."""

from connector.values import replace
from harness.scenario.parse import parse_scenario
from harness.scenario.scenario import Workload
from harness.workload.arrivals import plan

LOAD = Workload(rate=10.0, duration=3.0)


def test_the_kept_arrivals_are_those_of_the_whole_load() -> None:
    whole = plan(LOAD, seed=7, clusters=("north", "south"))
    assert plan(replace(LOAD, only=(2, 5)), seed=7, clusters=("north", "south")) == (whole[1], whole[4])


def test_a_load_of_which_nothing_is_kept_is_empty() -> None:
    assert plan(replace(LOAD, only=()), seed=7, clusters=("north",)) == ()


def test_a_file_says_which_arrivals_are_kept() -> None:
    text = 'title = "t"\n[workload]\nrate = 1\nduration = "5s"\nonly = [3, 4]\n[clusters.north]\n'
    assert parse_scenario(text, "t.toml").workload.only == (3, 4)
