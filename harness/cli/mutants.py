"""`spoolproof mutants`: searches for the seeded bugs, and shows what it took to find each."""

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

from harness.cli.exits import Exit, with_unwritten
from harness.cli.interrupt import until_interrupted
from harness.cli.results_folder import lock_folder, show_and_write, use_results_folder, write_output
from harness.cli.saved_failures import clear, save_failure, write_record
from harness.cli.stdout import print_json, results_console
from harness.errors import NoMutant, OutputError
from harness.mutants.hunt import Caught, Hunted, hunt_all
from harness.mutants.page import mutants_markdown
from harness.mutants.table import MUTANTS

__all__ = ["MutantsOptions", "hunt_mutants"]

_RECORD = "mutants.json"
_STOPPING = "spoolproof: stopping: finishing the current searches, then reporting (Ctrl-C again: exit at once)"


@dataclass(frozen=True, slots=True, kw_only=True)
class MutantsOptions:
    """The options of the command. names: none means all. docs: a page to write. out: a folder for what showed each."""

    names: tuple[str, ...]
    runs: int
    jobs: int
    seed: int
    json: bool
    docs: Path | None = None
    out: Path | None = None
    force: bool = False


def hunt_mutants(options: MutantsOptions) -> Exit:
    """Return VALID if every bug was found. Raises `NoMutant`, `OutputError`."""
    names = _names(options.names)
    if options.docs is not None and not os.path.isdir(options.docs.absolute().parent):  # checked early
        raise OutputError(f"{options.docs}: cannot be written: no such folder")
    root = None if options.out is None else use_results_folder(options.out, force=options.force, mark=_RECORD)

    async def work(stop: asyncio.Event) -> Sequence[Hunted]:
        def told(hunted: Hunted) -> bool:
            sys.stderr.write(f"{hunted.name}: {_ending(hunted)}\n")
            return stop.is_set()

        return await asyncio.to_thread(
            hunt_all, names, seed=options.seed, runs=options.runs, jobs=options.jobs, on_progress=told
        )

    with lock_folder(root):
        hunted = until_interrupted(work, on_first_signal=_STOPPING)
        record = {"seed": options.seed, "mutants": [_object(row) for row in hunted]}

        def write() -> None:
            if root is not None:
                _keep(hunted, root)
                write_record(root / _RECORD, record)
            if options.docs is not None and len(hunted) == len(names):
                write_output(options.docs, mutants_markdown(hunted, seed=options.seed, runs=options.runs))

        written = show_and_write(
            lambda: print_json(record) if options.json else _print(hunted, results_console()), write
        )
    if len(hunted) < len(names):
        return Exit.INTERRUPTED
    code = Exit.VALID if all(row.found for row in hunted) else Exit.INVALID
    return code if written else with_unwritten(code)


def _names(given: tuple[str, ...]) -> tuple[str, ...]:
    for name in given:
        if name not in MUTANTS:
            raise NoMutant(f"{name}: unknown seeded bug; accepted: {', '.join(sorted(MUTANTS))}")
    return tuple(dict.fromkeys(given)) or tuple(MUTANTS)


def _ending(hunted: Hunted) -> str:
    runs = f"{hunted.runs} {'run' if hunted.runs == 1 else 'runs'}"
    if not hunted.found:
        failed = f", {hunted.harness_failures} of them harness failures" if hunted.harness_failures else ""
        return f"not found in {runs}{failed}"
    return f"found after {runs}, by {', '.join(hunted.told_by)}"


def _print(hunted: Sequence[Hunted], console: Console) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("bug", "what it does", "caught by"):
        table.add_column(column, no_wrap=column == "bug")
    for column in ("runs", "CPU s"):
        table.add_column(column, justify="right")
    table.add_column("shrunk to: events")
    table.add_column("arrivals", justify="right")
    for row in hunted:
        table.add_row(*map(Text, (row.name, MUTANTS[row.name].does, *_cells(row))))
    console.print(table)
    console.print(f"{sum(row.found for row in hunted)} of {len(hunted)} found", highlight=False)


def _cells(row: Hunted) -> tuple[str, ...]:
    caught, runs = row.caught, str(row.runs)
    if caught is None:
        return (", ".join(row.told_by) or "not found", runs, f"{row.seconds:.1f}", "", "")
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
        "livelock": None if row.livelock is None else row.livelock.error,
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
    """Save each bug's run in its own folder, for `spoolproof replay`."""
    clear(root, MUTANTS.__contains__)
    for row in hunted:
        if row.caught is not None:
            save_failure(row.caught.shrunk, MUTANTS[row.name].words, root / row.name)
