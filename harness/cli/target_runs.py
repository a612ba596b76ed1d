"""What the commands that ask targets have in common: where names and results go, how they exit, and how they stop."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from harness.cli.exits import Exit, worst_exit
from harness.cli.results_folder import new_results_folder, use_results_folder
from harness.contract.ledger import default_folder
from harness.contract.target_named import NamedTarget
from harness.own_folder import own_folder
from reports.verdicts import Verdict

__all__ = ["STOPPING", "exit_of_targets", "given_words", "ledger_folder", "results_of_target"]

STOPPING = "spoolproof: stopping: removing its shares (Ctrl-C again: exit at once)"
_EXITS: Mapping[Verdict, Exit] = {
    Verdict.VALID: Exit.VALID,
    Verdict.INVALID: Exit.INVALID,
    Verdict.UNKNOWN: Exit.UNKNOWN,
}


def exit_of_targets(verdict: Verdict, *, stopped: str | None, interrupted: bool) -> Exit:
    """What stopped a run counts for more than what it had found. stopped: why a target was given up."""
    exits = [_EXITS[verdict]]
    exits += [] if stopped is None else [Exit.SERVICE_UNAVAILABLE]
    exits += [Exit.INTERRUPTED] if interrupted else []
    return worst_exit(exits)


@contextmanager
def ledger_folder(given: Path | None, named: NamedTarget) -> Iterator[Path]:
    """Where ledgers of a target go. A fake of this process ends with it, and nothing of it can be swept."""
    if given is not None or not named.lives_in_this_process:
        yield given or default_folder()
        return
    with own_folder() as folder:
        yield folder


def results_of_target(command: str, name: str, seed: int, *, out: Path | None, force: bool, mark: str) -> Path:
    """The folder for the results of a command on a target of that name. Raises `OutputError`."""
    if out is not None:
        return use_results_folder(out, force=force, mark=mark)
    word = re.sub(r"[^A-Za-z0-9]+", "-", Path(name.removeprefix("ssh://")).stem).strip("-")
    return new_results_folder(f"{command}-{word or 'target'}", seed)


def given_words(options: Mapping[str, object]) -> list[str]:
    """The options that are given, as words of a command line."""
    return [word for option, value in options.items() if value is not None for word in (option, str(value))]
