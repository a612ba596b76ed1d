"""`spoolproof compare`: one scenario with several designs, or saved journals; side by side as a table and a page."""

import asyncio
import os
import shlex
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from harness.cli.designs import read_designs
from harness.cli.exits import Exit, with_unwritten
from harness.cli.inputs import journal_file, read_all, read_all_rechecked
from harness.cli.interrupt import until_interrupted
from harness.cli.progress import show_progress
from harness.cli.results_folder import (
    JOURNAL,
    lock_folder,
    new_results_folder,
    show_and_write,
    try_show,
    use_results_folder,
    write_results,
)
from harness.cli.stdout import print_json, results_console
from harness.cli.summary import report_unplanned_ends
from harness.compare import run_designs
from harness.errors import OutputError
from harness.world_name import WorldName
from reports.comparison import RunComparison, compare
from reports.comparison_table import print_comparison
from reports.html.comparison import write_comparison
from reports.journal import Journal

__all__ = ["CompareOptions", "compare_designs", "compare_journals", "is_journal"]

_PAGE = "comparison.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareOptions:
    """The options of the command. designs: comma-separated."""

    name: str
    designs: str
    world: WorldName
    seed: int | None = None
    out: Path | None = None
    force: bool = False
    json: bool = False


def is_journal(name: str) -> bool:
    """Return whether a command-line argument names a saved journal, not a scenario."""
    path = Path(name)
    return path.suffix == ".json" or os.path.isfile(path / JOURNAL)


def compare_designs(options: CompareOptions) -> Exit:
    """Run, compare, and write all results: 0 if all runs completed, whatever their verdicts.

    Raises `TomlProblems`, `NoScenario`, `OutputError`, `WorldError`.
    """
    designs = read_designs(options.designs)
    (scenario,) = read_all([options.name])
    seed = scenario.seed if options.seed is None else options.seed
    if options.out is None:
        folder = new_results_folder(f"{scenario.name}-compared", seed)
    else:
        folder = use_results_folder(options.out, force=options.force, mark=_PAGE)
    journals: list[Journal] = []
    written: list[bool] = []

    async def play(stop: asyncio.Event) -> None:
        runs = run_designs(
            scenario,
            designs,
            seed=seed,
            world=options.world,
            stop=stop,
            progress=show_progress,
            command=lambda design: _command(options, design, seed),
        )
        async for journal in runs:
            journals.append(journal)
            written.append(show_and_write(lambda: None, partial(_write_run, folder, journal)))

    with lock_folder(folder):
        try:
            until_interrupted(play)
        finally:
            with suppress(OSError):
                folder.rmdir()
        links = [f"{journal.design}/report.html" for journal in journals]
        written.append(_show(compare(journals), folder / _PAGE, links, options.json))
    code = report_unplanned_ends({journal.design: journal for journal in journals})
    if journals[-1].interrupted:
        code = Exit.INTERRUPTED
    return code if all(written) else with_unwritten(code)


def compare_journals(names: Sequence[str], out: Path | None, *, force: bool, json: bool) -> Exit:
    """Compare saved journals. Raises `JournalError`, `OutputError`."""
    paths = [journal_file(name) for name in names]
    journals = dict(zip(map(str, paths), read_all_rechecked(paths), strict=True))
    comparison = compare(list(journals.values()))
    folder = None if out is None else use_results_folder(out, force=force, mark=_PAGE)
    with lock_folder(folder):
        written = _show(comparison, None if folder is None else folder / _PAGE, (), json)
    code = report_unplanned_ends(journals)
    return code if written else with_unwritten(code)


def _command(options: CompareOptions, design: str, seed: int) -> str:
    words = ["spoolproof", "run", options.name, "--pipeline", design, "--seed", str(seed)]
    return shlex.join([*words, "--world", options.world])


def _write_run(folder: Path, journal: Journal) -> None:
    own = folder / journal.design
    try:
        own.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{own}: cannot be made: {error.strerror}") from error
    write_results(own, journal)


def _show(comparison: RunComparison, page: Path | None, links: Sequence[str], json: bool) -> bool:
    """Show the comparison and write the page; return whether both worked."""

    def show() -> None:
        if json:
            print_json(_object(comparison, page))
        else:
            print_comparison(comparison, results_console())

    written = show_and_write(show, lambda: None if page is None else _write_page(page, comparison, links))
    if written and page is not None and not json:
        return try_show(lambda: sys.stdout.write(f"page: {page}\n"))
    return written


def _write_page(page: Path, comparison: RunComparison, links: Sequence[str]) -> None:
    try:
        page.parent.mkdir(parents=True, exist_ok=True)
        write_comparison(page, comparison, links)
    except OSError as error:
        raise OutputError(f"{page}: cannot be written: {error.strerror}") from error


def _object(comparison: RunComparison, page: Path | None) -> dict[str, Any]:
    """Return the comparison as a JSON object; an infinite latency is null, and `came_active` counts the finite ones.

    scenario, seed, world: null if the runs differ; each run has its own.
    """
    runs = [
        {"scenario": journal.scenario, "seed": journal.seed, "world": journal.world, **_finite(asdict(figures))}
        for journal, figures in zip(comparison.journals, comparison.figures, strict=True)
    ]
    shared = {name: {run[name] for run in runs} for name in ("scenario", "seed", "world")}
    return {
        **{name: values.pop() if len(values) == 1 else None for name, values in shared.items()},
        "paired": comparison.paired,
        "runs": runs,
        "page": None if page is None else str(page),
    }


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _finite(inner) for key, inner in value.items()}
    return None if value == float("inf") else value
