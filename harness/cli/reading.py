"""The files that a command line names: all are read before anything is done with one."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from connector.errors import Problem, TomlProblems
from harness.cli.folder import JOURNAL
from harness.judged_again import judge_again
from harness.scenario.parse import find_scenario, read_scenario
from harness.scenario.scenario import Scenario
from reports.journal import Journal, read_journal

__all__ = ["journal_file", "read_all", "read_judged"]


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


def journal_file(name: str | Path) -> Path:
    """The journal that a word of the command line names: a file, or the one in that folder."""
    return Path(name) / JOURNAL if os.path.isdir(name) else Path(name)


def read_judged(path: Path) -> Journal:
    """Read a journal and judge it again; says on stderr where the file says otherwise. Raises `JournalError`."""
    journal, remark = judge_again(read_journal(path))
    if remark is not None:
        sys.stderr.write(f"{path}: {remark}\n")
    return journal
