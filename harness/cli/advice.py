"""`spoolproof lint` and `spoolproof schema`: what helps to write a scenario."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from harness.cli.exits import Exit
from harness.cli.reading import read_all
from harness.errors import OutputError
from harness.scenario.lint import lint
from harness.scenario.schema import scenario_schema

__all__ = ["lint_all", "write_schema"]


def lint_all(names: Sequence[str], *, strict: bool) -> Exit:
    """Print all advice. Raises `TomlProblems` where a file is not a scenario at all."""
    found = 0
    for scenario in read_all(names):
        advice = lint(scenario)
        found += len(advice)
        for each in advice:
            sys.stdout.write(f"{each}\n")
        if not advice:
            sys.stdout.write(f"{scenario.path or scenario.name}: nothing to remark\n")
    return Exit.INVALID if strict and found else Exit.VALID


def write_schema(out: Path | None) -> None:
    """Raises `OutputError`."""
    text = json.dumps(scenario_schema(), indent=2, ensure_ascii=False) + "\n"
    if out is None:
        sys.stdout.write(text)
        return
    try:
        out.write_text(text)
    except OSError as error:
        raise OutputError(f"{out}: cannot be written: {error.strerror}") from error
