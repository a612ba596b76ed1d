"""`spoolproof lint` and `spoolproof schema`: help for writing scenarios."""

import sys
from collections.abc import Sequence
from json import dumps
from pathlib import Path
from typing import Any

from connector.dialects.schema import dialect_schema
from connector.errors import TomlProblem, TomlProblems
from harness.cli.exits import Exit
from harness.cli.inputs import InputError, read_each
from harness.cli.results_folder import write_output
from harness.cli.schema_of import SchemaOf
from harness.cli.stdout import print_json
from harness.lint import Advice, lint
from harness.scenario.scenario import Scenario
from harness.scenario.schema import scenario_schema
from harness.service.sheet.schema import sheet_schema
from harness.tape.tape_file import tape_schema
from harness.world_name import WorldName
from reports.plain import plain

__all__ = ["lint_all", "write_schema"]


def lint_all(names: Sequence[str], *, service: Path | None = None, world: WorldName, strict: bool, json: bool) -> Exit:
    """Print all advice; report files that are no valid scenario on stderr, and go on with the others."""
    found = {name: _checked(each, world) for name, each in read_each(names, service)}
    errors = [each for each in found.values() if not isinstance(each, tuple)]
    advised = strict and any(each for each in found.values() if isinstance(each, tuple))
    exit = Exit.BAD_INPUT if errors else Exit.INVALID if advised else Exit.VALID
    if json:
        print_json({"exit": int(exit), "scenarios": [_object(name, each) for name, each in found.items()]})
    else:
        for name, each in found.items():
            _print(name, each)
    sys.stderr.writelines(plain(f"{error}\n") for error in errors)
    return exit


def _checked(read: Scenario | InputError, world: WorldName) -> tuple[Advice, ...] | InputError:
    return lint(read, world) if isinstance(read, Scenario) else read


def _print(name: str, checked: tuple[Advice, ...] | InputError) -> None:
    if isinstance(checked, tuple):
        sys.stdout.writelines(f"{each}\n" for each in checked or (f"{name}: ok",))


def _object(name: str, checked: tuple[Advice, ...] | InputError) -> dict[str, Any]:
    if isinstance(checked, tuple):
        return {"scenario": name, "errors": [], "advice": _rows(checked)}
    problems = (
        checked.problems if isinstance(checked, TomlProblems) else (TomlProblem(source=name, message=str(checked)),)
    )
    errors = [{"line": each.line, "key": each.key, "message": each.message} for each in problems]
    return {"scenario": name, "errors": errors, "advice": []}


def _rows(advice: Sequence[Advice]) -> list[dict[str, Any]]:
    return [
        {
            "severity": each.severity.value,
            "line": each.problem.line,
            "key": each.problem.key,
            "message": each.problem.message,
        }
        for each in advice
    ]


def write_schema(out: Path | None, of: SchemaOf = SchemaOf.SCENARIO) -> None:
    """Write the JSON Schema of a kind of file. Raises `OutputError`."""
    made = {
        SchemaOf.SCENARIO: scenario_schema,
        SchemaOf.SHEET: sheet_schema,
        SchemaOf.DIALECT: dialect_schema,
        SchemaOf.TAPE: tape_schema,
    }
    text = dumps(made[of](), indent=2, ensure_ascii=False) + "\n"
    if out is None:
        sys.stdout.write(text)
        return
    write_output(out, text)
