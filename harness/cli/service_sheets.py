"""`spoolproof service new`, `list` and `lint`: help for writing service sheets."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.table import Table

from connector.errors import TomlProblem, TomlProblems
from connector.tomlfile import read_document
from harness.cli.exits import Exit
from harness.cli.start_file import write_start
from harness.cli.stdout import print_json, results_console
from harness.errors import NoSheet
from harness.service.sheet.adapters import adapter_names
from harness.service.sheet.advice import advice
from harness.service.sheet.loading import SHEETS, read_sheet, sheet_file
from reports.plain import plain

__all__ = ["lint_sheets", "list_sheets", "new_sheet"]


def new_sheet(file: Path | None, *, force: bool) -> None:
    """Write the sheet to start from. Raises `OutputError`, also for a file that is there."""
    then = "fill in what stands in <...>, then: spoolproof service lint"
    write_start("harness.service.sheet", file, force=force, then=then)


def list_sheets(*, json: bool) -> None:
    """Print the shipped sheets, and the names of installed adapters."""
    shipped = [(name, read_sheet(path).summary) for name in SHEETS if (path := sheet_file(name, beside=Path()))]
    if json:
        sheets = [{"name": name, "summary": summary} for name, summary in shipped]
        print_json({"sheets": sheets, "adapters": adapter_names()})
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("sheet", no_wrap=True)
    table.add_column("the service")
    for name, summary in shipped:
        table.add_row(name, summary)
    for name in adapter_names():
        table.add_row(name, "an installed adapter")
    results_console().print(table)


def lint_sheets(names: Sequence[str], *, strict: bool, json: bool) -> Exit:
    """Print all advice; report files that are no valid sheet on stderr, and go on with the others."""
    checked = {name: _checked(name) for name in names}
    errors = [problem for problems, _ in checked.values() for problem in problems]
    advised = any(found for _, found in checked.values())
    exit = Exit.BAD_INPUT if errors else Exit.INVALID if strict and advised else Exit.VALID
    if json:
        print_json({"exit": int(exit), "sheets": [_object(name, *each) for name, each in checked.items()]})
    else:
        for name, (problems, found) in checked.items():
            lines = [f"advice: {each}" for each in found] or ([] if problems else [f"{name}: ok"])
            sys.stdout.writelines(plain(f"{line}\n") for line in lines)
    sys.stderr.writelines(plain(f"{error}\n") for error in errors)
    return exit


def _checked(name: str) -> tuple[Sequence[TomlProblem], Sequence[TomlProblem]]:
    """What is wrong, and what is advised."""
    try:
        path = sheet_file(name, beside=Path())
        if path is None:
            raise NoSheet(f"{name} is an adapter; only files can be checked")
        sheet, document = read_sheet(path), read_document(path)
        return (), [document.problem(key, message) for key, message in advice(sheet)]
    except TomlProblems as error:
        return error.problems, ()
    except NoSheet as error:
        return (TomlProblem(source=name, message=str(error)),), ()


def _object(name: str, errors: Sequence[TomlProblem], found: Sequence[TomlProblem]) -> dict[str, Any]:
    return {"sheet": name, "errors": [_row(each) for each in errors], "advice": [_row(each) for each in found]}


def _row(problem: TomlProblem) -> dict[str, Any]:
    return {"line": problem.line, "key": problem.key, "message": problem.message}
