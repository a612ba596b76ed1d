"""`spoolproof agree`: one scenario in several worlds, or saved journals of it, and whether their histories agree."""

import asyncio
import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from json import dumps
from pathlib import Path

import typer

from connector.units import parse_duration
from harness.cli.exits import Exit, with_unwritten, worst_exit
from harness.cli.inputs import journal_file, read_all, read_all_rechecked
from harness.cli.interrupt import until_interrupted
from harness.cli.progress import show_progress
from harness.cli.results_folder import lock_folder, show_and_write, use_results_folder, write_output, write_results
from harness.cli.stdout import print_json, results_console
from harness.cli.summary import report_unplanned_ends
from harness.differential.agreement import Agreement, agreement
from harness.differential.document import document_of
from harness.differential.run_worlds import run_worlds
from harness.differential.table import print_agreement
from harness.errors import OutputError
from harness.scenario.scenario import Scenario
from harness.world_name import WorldName
from reports.journal import Journal

__all__ = ["AgreeOptions", "agree_journals", "agree_worlds"]

_FILE = "agreement.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreeOptions:
    """The options of the command. worlds: comma-separated, all compared with the first. within: a duration."""

    worlds: str
    within: str
    seed: int | None = None
    out: Path | None = None
    force: bool = False
    json: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """One history and its label."""

    label: str
    journal: Journal

    @property
    def is_live(self) -> bool:
        return WorldName(self.journal.world).has_wall_clock


def agree_worlds(name: str, options: AgreeOptions) -> Exit:
    """Run, compare, and write all results: 0 if every world agrees with the first, else 1.

    Raises `TomlProblems`, `NoScenario`, `OutputError`, `WorldError`.
    """
    worlds, bound = _read_worlds(options.worlds), _read_bound(options.within)
    (scenario,) = read_all([name])
    seed = scenario.seed if options.seed is None else options.seed
    folder = _folder(options)
    with lock_folder(folder):
        journals = _play(name, scenario, worlds, seed)
        written = [folder is None or _is_written(folder / row.world, row) for row in journals]
        if journals[-1].interrupted:
            sys.stderr.write("spoolproof: interrupted: run incomplete, nothing to compare\n")
            return Exit.INTERRUPTED
        sides = [_Side(label=journal.world, journal=journal) for journal in journals]
        code = _finish(sides, bound, folder, options.json)
        return code if all(written) else with_unwritten(code)


def agree_journals(names: Sequence[str], options: AgreeOptions) -> Exit:
    """Compare saved journals with the first of them. Raises `JournalError`, `OutputError`."""
    bound = _read_bound(options.within)
    paths = [journal_file(name) for name in names]
    sides = [_Side(label=name, journal=journal) for name, journal in zip(names, read_all_rechecked(paths), strict=True)]
    runs = {(side.journal.scenario, side.journal.seed) for side in sides}
    if len(sides) < 2 or len(runs) > 1:
        played = ", ".join(f"{scenario} with seed {seed}" for scenario, seed in sorted(runs))
        raise typer.BadParameter(
            f"needs two or more journals of one scenario and seed; got: {played}",
            param_hint="SCENARIO | JOURNAL...",
        )
    return _finish(sides, bound, _folder(options), options.json)


def _folder(options: AgreeOptions) -> Path | None:
    return None if options.out is None else use_results_folder(options.out, force=options.force, mark=_FILE)


def _play(name: str, scenario: Scenario, worlds: Sequence[WorldName], seed: int) -> list[Journal]:
    async def play(stop: asyncio.Event) -> list[Journal]:
        runs = run_worlds(
            scenario,
            worlds,
            seed=seed,
            stop=stop,
            progress=show_progress,
            command=lambda world: shlex.join(["spoolproof", "run", name, "--seed", str(seed), "--world", world]),
        )
        return [journal async for journal in runs]

    return until_interrupted(play)


def _finish(sides: Sequence[_Side], bound: float, folder: Path | None, json: bool) -> Exit:
    """Compare all with the first (a live run last), show and write the result."""
    first, *others = sorted(sides, key=lambda side: side.is_live)
    found = [(side.label, _compare(first, side, bound)) for side in others]
    agrees = all(each.holds for _, each in found)
    document = {
        "scenario": first.journal.scenario,
        "seed": first.journal.seed,
        "agrees": agrees,
        "agreements": [document_of(each, first.label, label) for label, each in found],
    }
    written = show_and_write(
        lambda: print_json(document) if json else _print(first, found),
        lambda: (
            None
            if folder is None
            else write_output(folder / _FILE, dumps(document, indent=1, ensure_ascii=False) + "\n")
        ),
    )
    code = worst_exit(
        [Exit.VALID if agrees else Exit.INVALID, report_unplanned_ends({side.label: side.journal for side in sides})]
    )
    return code if written else with_unwritten(code)


def _compare(first: _Side, other: _Side, bound: float) -> Agreement:
    """Compare two histories; only a live run may differ in time, up to the bound."""
    wide = bound if first.is_live or other.is_live else None
    return agreement(first.journal.history, other.journal.history, bound=wide)


def _print(first: _Side, found: Sequence[tuple[str, Agreement]]) -> None:
    console = results_console()
    title = f"{first.journal.scenario}, seed {first.journal.seed}"
    console.print(title, style="bold", markup=False, highlight=False)
    for label, each in found:
        console.print()
        print_agreement(each, first.label, label, console)


def _read_worlds(words: str) -> tuple[WorldName, ...]:
    try:
        worlds = tuple(WorldName(word.strip()) for word in words.split(","))
    except ValueError as error:
        raise typer.BadParameter(
            f"{words!r} names an unknown world; accepted: {', '.join(WorldName)}", param_hint="--worlds"
        ) from error
    if len(set(worlds)) < max(len(worlds), 2):
        raise typer.BadParameter(
            f"{words!r} must name at least two different worlds; accepted: {', '.join(WorldName)}",
            param_hint="--worlds",
        )
    return worlds


def _read_bound(text: str) -> float:
    try:
        return parse_duration(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--within") from error


def _is_written(folder: Path, journal: Journal) -> bool:
    return show_and_write(lambda: None, partial(_write_run, folder, journal))


def _write_run(folder: Path, journal: Journal) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder}: cannot be made: {error.strerror}") from error
    write_results(folder, journal)
