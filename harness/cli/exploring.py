"""`spoolproof explore`: looks for a schedule that breaks a promise, shrinks it, and saves it as a scenario."""

import asyncio
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import typer

from connector.units import parse_duration
from connector.values import replace
from harness.cli.exits import Exit, unwritten
from harness.cli.explored import counted, format_result, record_of
from harness.cli.folder import fresh_folder, given_folder, held, show_then_write
from harness.cli.interrupt import until_interrupted
from harness.cli.keeping import RECORD, saved_failures, write_failures, write_record
from harness.cli.reading import read_all
from harness.cli.stdout import print_json
from harness.explore import Exploration, ExplorationStats, Shrunk, explore, shrink
from harness.scenario.scenario import Scenario
from pipeline.parts import Part

__all__ = ["Wanted", "explore_scenario"]

_STOPPING = "spoolproof: stopping: what there is is saved, and not shrunk (again: stop at once)"
_EVERY = 2.0
"""Seconds between two lines of progress."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the command line asks. time: a duration. overrides: `part=module:attribute`. shrink: runs a failure."""

    name: str
    runs: int
    time: str | None = None
    jobs: int = 1
    seed: int | None = None
    overrides: tuple[str, ...] = ()
    toxics: bool = False
    keep_going: bool = False
    shrink: int = 300
    out: Path | None = None
    force: bool = False
    json: bool = False


def explore_scenario(wanted: Wanted) -> Exit:
    """Invalid where a promise was broken. Raises `TomlProblems`, `NoScenario`, `OverrideError`, `OutputError`."""
    (base,) = read_all([wanted.name])
    seed = base.seed if wanted.seed is None else wanted.seed
    overrides, time = _read_overrides(wanted.overrides), _read_time(wanted.time)
    root = _folder(wanted, base.name, seed)

    async def work(stop: asyncio.Event) -> tuple[Exploration, list[Shrunk]]:
        limit = f"{counted(wanted.runs, 'run')} at most" if wanted.time is None else f"for {wanted.time} at most"
        told = _Telling(stop, asyncio.get_running_loop().time, time, f"exploring {base.name}, {limit}")
        return await _search(wanted, base, overrides, seed, told)

    with held(root):
        try:
            found, shrunk = until_interrupted(work, at_first=_STOPPING)
            saved = saved_failures(root, found, shrunk)
            record = record_of(found, saved, scenario=base.name, seed=seed)

            def show() -> None:
                if wanted.json:
                    print_json(record)
                else:
                    sys.stdout.writelines(f"{line}\n" for line in format_result(found, saved))

            def write() -> None:
                if wanted.out is not None or saved.failures or saved.breakdowns:
                    write_failures(root, saved, overrides)
                    write_record(root / RECORD, record)

            written = show_then_write(show, write)
        finally:
            if wanted.out is None:
                with suppress(OSError):
                    root.rmdir()  # where nothing was found, nothing is in it
    code = _exit(found)
    return code if written else unwritten(code)


def _folder(wanted: Wanted, scenario: str, seed: int) -> Path:
    """Made before the search, so that nothing found is lost for want of it."""
    if wanted.out is None:
        return fresh_folder(scenario, seed)
    return given_folder(wanted.out, force=wanted.force, mark=RECORD)


async def _search(
    wanted: Wanted, base: Scenario, overrides: Mapping[Part, str], seed: int, told: "_Telling"
) -> tuple[Exploration, list[Shrunk]]:
    """Explore, then shrink each failure."""
    found = await asyncio.to_thread(
        explore,
        base,
        overrides=overrides,
        seed=seed,
        runs=wanted.runs,
        jobs=wanted.jobs,
        keep_going=wanted.keep_going,
        toxics=wanted.toxics,
        told=told,
    )
    shrunk = []
    for failure in found.failures:
        sys.stderr.write(f"{base.name}: {', '.join(failure.invariants)} violated; shrinking\n")
        shrunk.append(
            await asyncio.to_thread(
                shrink, failure, overrides=overrides, budget=wanted.shrink, given_up=told.stop.is_set
            )
        )
    return replace(found, stopped=told.stop.is_set()), shrunk


class _Telling:
    """Shows how far it has come, and ends it at the first signal or when the time is up."""

    def __init__(self, stop: asyncio.Event, now: Callable[[], float], time: float | None, about: str) -> None:
        self.stop = stop
        self._about = about
        self._now = now
        self._time = time
        self._began = now()
        self._next = self._began + _EVERY

    def __call__(self, stats: ExplorationStats) -> bool:
        passed = self._now() - self._began
        if self._about:
            sys.stderr.write(f"{self._about}; Ctrl-C stops and keeps what was found\n")
            self._about = ""
        if self._now() >= self._next:
            self._next = self._now() + _EVERY
            per_minute = stats.runs / passed * 60
            sys.stderr.write(
                f"{counted(stats.runs, 'run')}, {per_minute:.0f} a minute, "
                f"{counted(stats.items, 'coverage item')}, "
                f"{counted(stats.failures, 'distinct failure')} found\n"
            )
        return self.stop.is_set() or (self._time is not None and passed >= self._time)


def _exit(found: Exploration) -> Exit:
    if found.stopped:
        return Exit.INTERRUPTED
    if found.failures:  # a violation counts, whatever failed in other runs
        return Exit.INVALID
    if found.stats.harness_failures:
        return Exit.OWN_FAULT
    return Exit.UNKNOWN if found.stats.unknown else Exit.VALID


def _read_overrides(words: tuple[str, ...]) -> dict[Part, str]:
    overrides: dict[Part, str] = {}
    for each in words:
        part, _, attribute = each.partition("=")
        if part not in list(Part) or not attribute:
            raise typer.BadParameter(
                f"{each!r}: needs the form PART=module:attribute, where PART is one of {', '.join(Part)}",
                param_hint="--overrides",
            )
        overrides[Part(part)] = attribute
    return overrides


def _read_time(text: str | None) -> float | None:
    try:
        return None if text is None else parse_duration(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--time") from error
