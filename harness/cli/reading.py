"""The scenarios that a command line names: all are read before anything is done with one."""

from collections.abc import Sequence

from connector.errors import Problem, TomlProblems
from harness.scenario.parse import find_scenario, read_scenario
from harness.scenario.scenario import Scenario

__all__ = ["read_all"]


def read_all(names: Sequence[str]) -> list[Scenario]:
    """Read every scenario. Raises `TomlProblems` with the problems of all of them, and `NoScenario`."""
    scenarios: list[Scenario] = []
    problems: list[Problem] = []
    for name in names:
        try:
            scenarios.append(read_scenario(find_scenario(name)))
        except TomlProblems as error:
            problems += error.problems
    if problems:
        raise TomlProblems(tuple(problems))
    return scenarios
