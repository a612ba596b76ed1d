"""The files named on the command line: all are read before any is used."""

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from connector.errors import TomlProblems
from harness.cli.results_folder import JOURNAL
from harness.errors import InputProblems, NoScenario
from harness.scenario.parse import find_scenario, read_scenario
from harness.scenario.scenario import Scenario
from reports.errors import JournalError

if TYPE_CHECKING:
    from reports.journal import Journal

__all__ = ["InputError", "journal_file", "read_all", "read_all_rechecked", "read_each", "read_rechecked"]

InputError = TomlProblems | NoScenario | JournalError
"""Why an input file cannot be used."""


def read_each(names: Sequence[str], service: Path | None = None) -> Iterator[tuple[str, Scenario | InputError]]:
    """Yield each scenario with the name of its file, or the error. service: a file that replaces its service."""
    for name in names:
        path = Path(name)
        try:
            path = find_scenario(name)
            yield str(path), read_scenario(path, service)
        except (TomlProblems, NoScenario) as error:
            yield str(path), error


def read_all(names: Sequence[str], service: Path | None = None) -> list[Scenario]:
    """Read every scenario; service: as for `read_each`.

    Raises `TomlProblems` or `NoScenario`, and `InputProblems` for several files.
    """
    found = [each for _, each in read_each(names, service)]
    _refuse([each for each in found if not isinstance(each, Scenario)])
    return [each for each in found if isinstance(each, Scenario)]


def read_all_rechecked(paths: Sequence[Path]) -> "list[Journal]":
    """Read every journal with `read_rechecked`. Raises `JournalError`, and `InputProblems` for several files."""
    journals: list[Journal] = []
    errors: list[InputError] = []
    for path in paths:
        try:
            journals.append(read_rechecked(path))
        except JournalError as error:
            errors.append(error)
    _refuse(errors)
    return journals


def _refuse(errors: Sequence[InputError]) -> None:
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise InputProblems("\n".join(map(str, errors)))


def journal_file(name: str | Path) -> Path:
    """Return the journal file for a command-line argument: a file, or a folder with one."""
    return Path(name) / JOURNAL if os.path.isdir(name) else Path(name)


def read_rechecked(path: Path) -> "Journal":
    """Read a journal and check it again; report a different verdict on stderr. Raises `JournalError`."""
    from harness.recheck import recheck  # brings every checker along, which only readers of journals need
    from reports.journal import read_journal

    journal, remark = recheck(read_journal(path))
    if remark is not None:
        sys.stderr.write(f"{path}: {remark}\n")
    return journal
