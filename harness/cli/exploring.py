"""`spoolproof explore`: looks for a schedule that breaks a promise, shrinks it, and saves it as a scenario."""

import asyncio
import logging
import shlex
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import typer

from connector.units import parse_duration
from harness.cli.exits import Exit
from harness.cli.folder import fresh_folder, given_folder, write_results
from harness.cli.interrupt import until_interrupted
from harness.cli.reading import read_all
from harness.cli.stdout import print_json
from harness.errors import OutputError
from harness.explore import Exploration, Failure, Shrunk, Standing, explore, shrink
from harness.explore.regression import regression_text
from harness.explore.story import story_of
from harness.scenario.scenario import Scenario
from pipeline.parts import Part
from reports.journal import Journal

__all__ = ["Wanted", "explore_scenario"]

_STOPPING = "spoolproof: stopping: what there is is saved, and not shrunk (again: stop at once)"
_EVERY = 2.0
"""Seconds between two lines of progress."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the command line asks. time: a duration. seams: `part=module:attribute`. shrink: runs for each failure."""

    name: str
    runs: int
    time: str | None = None
    jobs: int = 1
    seed: int | None = None
    seams: tuple[str, ...] = ()
    toxics: bool = False
    keep_going: bool = False
    shrink: int = 300
    out: Path | None = None
    force: bool = False
    json: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Saved:
    """A failure, what is left of it, and where that lies."""

    failure: Failure
    shrunk: Shrunk
    story: tuple[str, ...]
    folder: Path


def explore_scenario(wanted: Wanted) -> Exit:
    """Invalid where a promise was broken. Raises `TomlProblems`, `NoScenario`, `SeamError`, `OutputError`."""
    (base,) = read_all([wanted.name])
    seed = base.seed if wanted.seed is None else wanted.seed
    seams, time = _read_seams(wanted.seams), _read_time(wanted.time)
    root = None if wanted.out is None else given_folder(wanted.out, force=wanted.force, mark="failure-1")

    async def work(stop: asyncio.Event) -> tuple[Exploration, list[Shrunk]]:
        told = _Telling(stop, asyncio.get_running_loop().time, time)
        found = await asyncio.to_thread(
            explore,
            base,
            seams=seams,
            seed=seed,
            runs=wanted.runs,
            jobs=wanted.jobs,
            keep_going=wanted.keep_going,
            toxics=wanted.toxics,
            told=told,
        )
        shrunk = []
        for failure in found.failures:
            budget = 0 if stop.is_set() else wanted.shrink
            sys.stderr.write(f"{base.name}: {', '.join(failure.invariants)} broken; shrinking\n")
            shrunk.append(await asyncio.to_thread(shrink, failure, seams=seams, budget=budget))
        return replace(found, stopped=stop.is_set()), shrunk

    with _quiet():
        found, shrunk = until_interrupted(work, at_first=_STOPPING)
    if found.failures and root is None:
        root = fresh_folder(base.name, seed)
    saved = [
        _save(failure, least, seams, (root or Path()) / f"failure-{number}")
        for number, (failure, least) in enumerate(zip(found.failures, shrunk, strict=True), start=1)
    ]
    if wanted.json:
        print_json(_object(base, seed, found, saved))
    else:
        _print(found, saved)
    return _exit(found)


@contextmanager
def _quiet() -> Iterator[None]:
    """What a pipeline under faults complains of is no news."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)


class _Telling:
    """Shows how far it has come, and ends it at the first signal or when the time is up."""

    def __init__(self, stop: asyncio.Event, now: Callable[[], float], time: float | None) -> None:
        self._stop = stop
        self._now = now
        self._time = time
        self._began = now()
        self._next = self._began + _EVERY

    def __call__(self, standing: Standing) -> bool:
        passed = self._now() - self._began
        if self._now() >= self._next:
            self._next = self._now() + _EVERY
            per_minute = standing.runs / passed * 60
            sys.stderr.write(
                f"{standing.runs} runs, {per_minute:.0f} a minute, {standing.items} things exercised, "
                f"{standing.failures} failures\n"
            )
        return self._stop.is_set() or (self._time is not None and passed >= self._time)


def _save(failure: Failure, shrunk: Shrunk, seams: Mapping[Part, str], folder: Path) -> _Saved:
    """Journal, pages, and the regression scenario, which is also the journal's own."""
    story = story_of(shrunk.schedule, shrunk.journal)
    text = regression_text(shrunk.base, shrunk.schedule, story)
    words = [word for part, each in seams.items() for word in ("--seams", f"{part}={each}")]
    journal: Journal = replace(
        shrunk.journal,
        scenario="regression",
        scenario_text=text,
        command=shlex.join(["spoolproof", "replay", str(folder)]),
        notes=(*shrunk.journal.notes, *([f"behaviour put in: {' '.join(words[1::2])}"] if words else [])),
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "regression.toml").write_text(text, encoding="utf-8")
    except OSError as error:
        raise OutputError(f"{error.filename or folder}: cannot be written: {error.strerror}") from error
    write_results(folder, journal)
    return _Saved(failure=failure, shrunk=shrunk, story=story, folder=folder)


def _print(found: Exploration, saved: list[_Saved]) -> None:
    for each in saved:
        shrunk = each.shrunk
        least = "" if shrunk.minimal else ", and perhaps not the least: the budget ran out"
        sys.stdout.write(
            f"{', '.join(each.failure.invariants)} broken after {each.failure.runs} runs; "
            f"left of it: {_count(shrunk.events, 'event')}, {_count(shrunk.arrivals, 'arrival')}{least}\n"
        )
        sys.stdout.writelines(f"  {line}\n" for line in each.story)
        sys.stdout.write(f"  scenario: {each.folder / 'regression.toml'}\n  again: {shlex.join(_again(each.folder))}\n")
    standing = found.standing
    sys.stdout.write(
        f"{standing.runs} runs, {standing.seconds:.1f} s of CPU time, {standing.items} things exercised, "
        f"{standing.failures} distinct failures, {standing.unknown} runs that cannot tell"
        f"{'; stopped early' if found.stopped else ''}\n"
    )


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _again(folder: Path) -> list[str]:
    return ["spoolproof", "replay", str(folder)]


def _object(base: Scenario, seed: int, found: Exploration, saved: list[_Saved]) -> dict[str, Any]:
    standing = found.standing
    return {
        "scenario": base.name,
        "seed": seed,
        "runs": standing.runs,
        "cpu_seconds": standing.seconds,
        "unknown": standing.unknown,
        "interrupted": found.stopped,
        "exercised": list(found.items),
        "failures": [
            {
                "invariants": list(each.failure.invariants),
                "runs": each.failure.runs,
                "cpu_seconds": each.failure.seconds,
                "seed": each.failure.seed,
                "events": each.shrunk.events,
                "arrivals": each.shrunk.arrivals,
                "minimal": each.shrunk.minimal,
                "story": list(each.story),
                "folder": str(each.folder),
            }
            for each in saved
        ],
    }


def _exit(found: Exploration) -> Exit:
    if found.stopped:
        return Exit.INTERRUPTED
    if found.failures:
        return Exit.INVALID
    return Exit.UNKNOWN if found.standing.unknown else Exit.VALID


def _read_seams(words: tuple[str, ...]) -> dict[Part, str]:
    seams: dict[Part, str] = {}
    for each in words:
        part, _, attribute = each.partition("=")
        if part not in list(Part) or not attribute:
            raise typer.BadParameter(
                f"{each!r}: needs the form PART=module:attribute, where PART is one of {', '.join(Part)}",
                param_hint="--seams",
            )
        seams[Part(part)] = attribute
    return seams


def _read_time(text: str | None) -> float | None:
    try:
        return None if text is None else parse_duration(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--time") from error
