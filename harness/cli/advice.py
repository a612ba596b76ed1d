"""`spoolproof lint` and `spoolproof schema`: what helps to write a scenario."""

import sys
from collections.abc import Sequence
from json import dumps
from pathlib import Path
from typing import Any

from harness.cli.exits import Exit
from harness.cli.folder import write_output
from harness.cli.reading import read_all
from harness.cli.stdout import print_json
from harness.scenario.lint import Advice, lint
from harness.scenario.schema import scenario_schema

__all__ = ["lint_all", "write_schema"]


def lint_all(names: Sequence[str], *, strict: bool, json: bool) -> Exit:
    """Print all advice. Raises `TomlProblems` where a file is not a scenario at all."""
    found = {str(scenario.path or scenario.name): lint(scenario) for scenario in read_all(names)}
    exit = Exit.INVALID if strict and any(found.values()) else Exit.VALID
    if json:
        print_json({"exit": int(exit), "scenarios": [_object(name, advice) for name, advice in found.items()]})
        return exit
    for name, advice in found.items():
        sys.stdout.writelines(f"{each}\n" for each in advice)
        if not advice:
            sys.stdout.write(f"{name}: ok\n")
    return exit


def _object(name: str, advice: Sequence[Advice]) -> dict[str, Any]:
    rows = [
        {
            "severity": each.severity.value,
            "line": each.problem.line,
            "key": each.problem.key,
            "message": each.problem.message,
        }
        for each in advice
    ]
    return {"scenario": name, "advice": rows}


def write_schema(out: Path | None) -> None:
    """Raises `OutputError`."""
    text = dumps(scenario_schema(), indent=2, ensure_ascii=False) + "\n"
    if out is None:
        sys.stdout.write(text)
        return
    write_output(out, text)
