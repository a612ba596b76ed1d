"""`spoolproof agree`: one scenario in several worlds, and whether their histories agree."""

import asyncio
import json
import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from connector.units import parse_duration
from harness.agree.agreement import Agreement, agreement
from harness.agree.document import document_of
from harness.agree.play import run_worlds
from harness.agree.table import print_agreement
from harness.cli.exits import Exit
from harness.cli.folder import given_folder, write_results
from harness.cli.interrupt import until_interrupted
from harness.cli.progress import shown_progress
from harness.cli.reading import read_all
from harness.cli.stdout import print_json, results_console
from harness.errors import OutputError
from harness.scenario.scenario import Scenario
from harness.world_name import WorldName
from reports.journal import Journal

__all__ = ["Wanted", "agree_worlds"]

_FILE = "agreement.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the command line asks. worlds: comma-separated, all compared with the first. within: a duration."""

    name: str
    worlds: str
    within: str
    seed: int | None = None
    out: Path | None = None
    force: bool = False
    json: bool = False


def agree_worlds(wanted: Wanted) -> Exit:
    """Play, compare, and write all results: 0 where every world agrees with the first, else 1.

    Raises `TomlProblems`, `NoScenario`, `OutputError`, `WorldError`.
    """
    worlds, bound = _read_worlds(wanted.worlds), _read_bound(wanted.within)
    (scenario,) = read_all([wanted.name])
    seed = scenario.seed if wanted.seed is None else wanted.seed
    folder = None if wanted.out is None else given_folder(wanted.out, force=wanted.force, mark=_FILE)
    journals = _play(wanted, scenario, worlds, seed)
    if folder is not None:
        for journal in journals:
            _write_run(folder / journal.world, journal)
    if journals[-1].interrupted:
        sys.stderr.write("spoolproof: interrupted: an unfinished run has nothing to agree with\n")
        return Exit.INTERRUPTED
    found = [(journal, _compare(journals[0], journal, bound)) for journal in journals[1:]]
    document = _document(scenario, seed, journals[0], found)
    if folder is not None:
        _write(folder / _FILE, document)
    if wanted.json:
        print_json(document)
    else:
        _print(journals[0], found)
    return Exit.VALID if all(each.holds for _, each in found) else Exit.INVALID


def _play(wanted: Wanted, scenario: Scenario, worlds: Sequence[WorldName], seed: int) -> list[Journal]:
    async def play(stop: asyncio.Event) -> list[Journal]:
        runs = run_worlds(
            scenario,
            worlds,
            seed=seed,
            stop=stop,
            progress=shown_progress,
            command=lambda world: shlex.join(["spoolproof", "run", wanted.name, "--seed", str(seed), "--world", world]),
        )
        return [journal async for journal in runs]

    return until_interrupted(play)


def _compare(first: Journal, other: Journal, bound: float) -> Agreement:
    """Real sockets take time of their own, and so does whatever else the machine does; nothing else may differ."""
    is_live = WorldName.LIVE in {first.world, other.world}
    return agreement(first.history, other.history, bound=bound if is_live else None)


def _document(
    scenario: Scenario, seed: int, first: Journal, found: Sequence[tuple[Journal, Agreement]]
) -> dict[str, Any]:
    return {
        "scenario": scenario.name,
        "seed": seed,
        "agrees": all(each.holds for _, each in found),
        "agreements": [document_of(each, first.world, journal.world) for journal, each in found],
    }


def _print(first: Journal, found: Sequence[tuple[Journal, Agreement]]) -> None:
    console = results_console()
    console.print(f"{first.scenario}, seed {first.seed}", style="bold", markup=False, highlight=False)
    for journal, each in found:
        console.print()
        print_agreement(each, first.world, journal.world, console)


def _read_worlds(words: str) -> tuple[WorldName, ...]:
    try:
        worlds = tuple(WorldName(word.strip()) for word in words.split(","))
    except ValueError as error:
        raise typer.BadParameter(
            f"{words!r} names a world that there is not; accepted: {', '.join(WorldName)}", param_hint="--worlds"
        ) from error
    if len(set(worlds)) < max(len(worlds), 2):
        raise typer.BadParameter(
            f"{words!r} does not name two or more different worlds; accepted: {', '.join(WorldName)}",
            param_hint="--worlds",
        )
    return worlds


def _read_bound(text: str) -> float:
    try:
        return parse_duration(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--within") from error


def _write_run(folder: Path, journal: Journal) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder}: cannot be made: {error.strerror}") from error
    write_results(folder, journal)


def _write(path: Path, document: dict[str, Any]) -> None:
    try:
        path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror}") from error
