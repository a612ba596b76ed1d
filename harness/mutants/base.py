"""The scenario in which seeded bugs are looked for."""

from functools import cache
from importlib import resources

from harness.scenario.parse import read_scenario
from harness.scenario.scenario import Scenario

__all__ = ["base_scenario"]


@cache
def base_scenario() -> Scenario:
    """`seeded_bugs.toml`: no faults of its own, each bug brings those that it needs."""
    with resources.as_file(resources.files(__package__) / "seeded_bugs.toml") as path:
        return read_scenario(path)
