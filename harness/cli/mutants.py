"""`spoolproof mutants`: hunts the seeded bugs, and shows what it took to find each."""

import asyncio
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from harness.cli.exits import Exit, unwritten
from harness.cli.folder import given_folder, held, show_then_write, write_output
from harness.cli.interrupt import until_interrupted
from harness.cli.keeping import clear, save_failure, write_record
from harness.cli.stdout import print_json, results_console
from harness.errors import NoMutant, OutputError
from harness.mutants.hunt import Caught, Hunted, hunt_all
from harness.mutants.page import mutants_markdown
from harness.mutants.table import MUTANTS

__all__ = ["Wanted", "hunt_mutants"]

_RECORD = "mutants.json"
_STOPPING = "spoolproof: stopping: the hunts under way are ended, then what there is is shown (again: stop at once)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the command line asks. names: none means all. docs: a page to write. out: a folder for what showed each."""

    names: tuple[str, ...]
    runs: int
    jobs: int
    seed: int
    json: bool
    docs: Path | None = None
    out: Path | None = None
    force: bool = False


def hunt_mutants(wanted: Wanted) -> Exit:
    """Valid when every bug was found. Raises `NoMutant`, `OutputError`."""
    names = _names(wanted.names)
    if wanted.docs is not None and not os.path.isdir(wanted.docs.absolute().parent):  # said now, and not after minutes
        raise OutputError(f"{wanted.docs}: cannot be written: there is no such folder")
    root = None if wanted.out is None else given_folder(wanted.out, force=wanted.force, mark=_RECORD)

    async def work(stop: asyncio.Event) -> Sequence[Hunted]:
        def told(hunted: Hunted) -> bool:
            sys.stderr.write(f"{hunted.name}: {_ending(hunted)}\n")
            return stop.is_set()

        return await asyncio.to_thread(hunt_all, names, seed=wanted.seed, runs=wanted.runs, jobs=wanted.jobs, told=told)

    with held(root):
        hunted = until_interrupted(work, at_first=_STOPPING)
        record = {"seed": wanted.seed, "mutants": [_object(row) for row in hunted]}

        def write() -> None:
            if root is not None:
                _keep(hunted, root)
                write_record(root / _RECORD, record)
            if wanted.docs is not None and len(hunted) == len(names):
                write_output(wanted.docs, mutants_markdown(hunted, seed=wanted.seed, runs=wanted.runs))

        written = show_then_write(
            lambda: print_json(record) if wanted.json else _print(hunted, results_console()), write
        )
    if len(hunted) < len(names):
        return Exit.INTERRUPTED
    code = Exit.VALID if all(row.caught for row in hunted) else Exit.INVALID
    return code if written else unwritten(code)


def _names(given: tuple[str, ...]) -> tuple[str, ...]:
    for name in given:
        if name not in MUTANTS:
            raise NoMutant(f"{name}: there is no such seeded bug; there are: {', '.join(sorted(MUTANTS))}")
    return tuple(dict.fromkeys(given)) or tuple(MUTANTS)


def _ending(hunted: Hunted) -> str:
    runs = f"{hunted.runs} {'run' if hunted.runs == 1 else 'runs'}"
    if hunted.caught is None:
        failed = f", {hunted.harness_failures} of them harness failures" if hunted.harness_failures else ""
        return f"not found in {runs}{failed}"
    return f"found after {runs}, by {', '.join(hunted.caught.broken)}"


def _print(hunted: Sequence[Hunted], console: Console) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("bug", "what it does", "caught by"):
        table.add_column(column, no_wrap=column == "bug")
    for column in ("runs", "CPU s"):
        table.add_column(column, justify="right")
    table.add_column("left: events")
    table.add_column("arrivals", justify="right")
    for row in hunted:
        table.add_row(*map(Text, (row.name, MUTANTS[row.name].does, *_cells(row))))
    console.print(table)
    console.print(f"{sum(row.caught is not None for row in hunted)} of {len(hunted)} found", highlight=False)


def _cells(row: Hunted) -> tuple[str, ...]:
    caught, runs = row.caught, str(row.runs)
    if caught is None:
        return ("not found", runs, f"{row.seconds:.1f}", "", "")
    seconds = f"{row.seconds + caught.shrinking:.1f}"
    return (", ".join(caught.broken), runs, seconds, ", ".join(caught.events) or "none", str(caught.shrunk.arrivals))


def _object(row: Hunted) -> dict[str, Any]:
    mutant = MUTANTS[row.name]
    return {
        "name": row.name,
        "does": mutant.does,
        "needs": mutant.needs,
        "part": mutant.part.value,
        "runs": row.runs,
        "harness_failures": row.harness_failures,
        "seconds": row.seconds,
        "caught": None if row.caught is None else _caught(row.caught),
    }


def _caught(caught: Caught) -> dict[str, Any]:
    return {
        "broken": list(caught.broken),
        "events": list(caught.events),
        "arrivals": caught.shrunk.arrivals,
        "minimal": caught.shrunk.minimal,
        "shrinking": caught.shrinking,
    }


def _keep(hunted: Sequence[Hunted], root: Path) -> None:
    """Each in a folder of its own, for `spoolproof replay`."""
    clear(root, MUTANTS.__contains__)
    for row in hunted:
        if row.caught is not None:
            save_failure(row.caught.shrunk, MUTANTS[row.name].words, root / row.name)
