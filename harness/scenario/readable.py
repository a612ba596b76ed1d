"""Checks the part of a scenario file that can be read, so that all mistakes are reported at once."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from connector.errors import TomlProblem, TomlProblems
from connector.toml_lines import KeyPath
from connector.tomlfile import TomlDocument
from connector.values import replace
from harness.scenario.checks import cross_check
from harness.scenario.service_parse import GivenService
from harness.scenario.tables import ScenarioTable, scenario_table

__all__ = ["further_problems"]

_RULES = ("faults", "toxics", "nemesis", "deliveries", "store_faults", "receivers")
_STAND_INS: Mapping[str, object] = {"title": "-", "workload": {"rate": 1e-6, "duration": "3650d"}}
"""For sections that a scenario must have; the load is one that ends after all phases."""


def further_problems(
    document: TomlDocument,
    problems: Sequence[TomlProblem],
    context: Mapping[str, Any],
    service_of: Callable[[ScenarioTable], GivenService],
) -> tuple[TomlProblem, ...]:
    """Return what is wrong across tables besides `problems`, which kept the file from being read.

    What was refused is left out or replaced by something acceptable, and what refers to it is not checked. service_of:
    the service under test in a table.
    """
    broken = {_part(problem.path) for problem in problems}
    if () in broken:  # the file as a whole
        return ()
    numbers = {name: _readable_rows(document.values.get(name), name, broken) for name in _RULES}
    try:
        table = replace(document, values=_repaired(document.values, broken, numbers)).validate(
            scenario_table(), context=context
        )
    except TomlProblems:
        return ()
    found = [_placed(problem, document, numbers) for problem in cross_check(document, table, service_of(table))]
    return tuple(problem for problem in found if _part(problem.path) not in broken and not _unsure(problem, broken))


def _unsure(problem: TomlProblem, broken: Collection[KeyPath]) -> bool:
    """Whether it may come of a service that could not be read: which parts and links there are is not known then."""
    return ("service",) in broken and problem.path[:1] in {("nemesis",), ("toxics",)}


def _part(path: KeyPath) -> KeyPath:
    """What is replaced as a whole: a rule, a phase, a cluster, or else a section."""
    return path[:2] if path and path[0] in (*_RULES, "phases", "clusters") else path[:1]


def _readable_rows(rows: object, section: str, broken: Collection[KeyPath]) -> list[int]:
    count = len(rows) if isinstance(rows, list) else 0
    return [] if (section,) in broken else [number for number in range(count) if (section, number) not in broken]


def _repaired(
    values: Mapping[str, Any], broken: Collection[KeyPath], numbers: Mapping[str, list[int]]
) -> dict[str, Any]:
    sections = {path[0] for path in broken if len(path) == 1}
    rest = {name: value for name, value in values.items() if name not in sections}
    rest |= {name: value for name, value in _STAND_INS.items() if name in sections}
    rest |= {name: [values[name][number] for number in kept] for name, kept in numbers.items() if name in rest}
    for path in broken:
        match path:
            case ("clusters", str(name)):
                rest["clusters"] = {**rest["clusters"], name: {}}
            case ("phases", int(number)):
                rows = [*rest["phases"]]
                row = rows[number]
                rows[number] = {"name": row.get("name") if isinstance(row, Mapping) else None, "between": [0, 0.001]}
                rest["phases"] = rows
            case (section, _) if section in _RULES:
                rest.pop("expect", None)  # which may count what is left out
            case _:
                pass
    return rest


def _original(path: KeyPath, numbers: Mapping[str, list[int]]) -> KeyPath:
    """The place in the file of a place in what was checked."""
    match path:
        case (str(section), int(number), *inner) if section in numbers:
            return (section, numbers[section][number], *inner)
        case _:
            return path


def _placed(problem: TomlProblem, document: TomlDocument, numbers: Mapping[str, list[int]]) -> TomlProblem:
    """A problem of what was checked, at its place in the file; one of the service's own file is where it was."""
    if problem.source != document.source:
        return problem
    return document.problem(_original(problem.path, numbers), problem.message)
