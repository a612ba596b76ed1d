"""The files that a command line names: all are read before anything is done with one."""

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from connector.errors import TomlProblems
from harness.cli.folder import JOURNAL
from harness.errors import InputProblems, NoScenario
from harness.judged_again import judge_again
from harness.scenario.parse import find_scenario, read_scenario
from harness.scenario.scenario import Scenario
from reports.errors import JournalError
from reports.journal import Journal, read_journal

__all__ = ["Unreadable", "journal_file", "read_all", "read_all_judged", "read_each", "read_judged"]

Unreadable = TomlProblems | NoScenario | JournalError
"""Why a file that was named is of no use."""


def read_each(names: Sequence[str]) -> Iterator[tuple[str, Scenario | Unreadable]]:
    """Each scenario under the name of its file, or why it cannot be read."""
    for name in names:
        path = Path(name)
        try:
            path = find_scenario(name)
            yield str(path), read_scenario(path)
        except (TomlProblems, NoScenario) as error:
            yield str(path), error


def read_all(names: Sequence[str]) -> list[Scenario]:
    """Read every scenario. Raises `TomlProblems` or `NoScenario`, and `InputProblems` for several files."""
    found = [each for _, each in read_each(names)]
    _refuse([each for each in found if not isinstance(each, Scenario)])
    return [each for each in found if isinstance(each, Scenario)]


def read_all_judged(paths: Sequence[Path]) -> list[Journal]:
    """Read every journal as `read_judged` does. Raises `JournalError`, and `InputProblems` for several files."""
    journals: list[Journal] = []
    errors: list[Unreadable] = []
    for path in paths:
        try:
            journals.append(read_judged(path))
        except JournalError as error:
            errors.append(error)
    _refuse(errors)
    return journals


def _refuse(errors: Sequence[Unreadable]) -> None:
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise InputProblems("\n".join(map(str, errors)))


def journal_file(name: str | Path) -> Path:
    """The journal that a word of the command line names: a file, or the one in that folder."""
    return Path(name) / JOURNAL if os.path.isdir(name) else Path(name)


def read_judged(path: Path) -> Journal:
    """Read a journal and judge it again; says on stderr where the file says otherwise. Raises `JournalError`."""
    journal, remark = judge_again(read_journal(path))
    if remark is not None:
        sys.stderr.write(f"{path}: {remark}\n")
    return journal
