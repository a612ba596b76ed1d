"""`spoolproof explore`: searches for a schedule that breaks an invariant, shrinks it, and saves it as a scenario."""

import asyncio
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import typer

from connector.units import parse_duration
from connector.values import replace
from harness.cli.exits import Exit, with_unwritten
from harness.cli.exploration_report import exploration_object, format_result, pluralize
from harness.cli.inputs import read_all
from harness.cli.interrupt import until_interrupted
from harness.cli.results_folder import lock_folder, new_results_folder, show_and_write, use_results_folder
from harness.cli.saved_failures import RECORD, saved_failures, write_failures, write_record
from harness.cli.stdout import print_json
from harness.errors import NotReference
from harness.explore import Confirmation, Exploration, ExplorationStats, Shrunk, confirm, explore, shrink
from harness.scenario.roles import Role
from harness.scenario.scenario import Scenario
from harness.world_name import WorldName
from harness.worlds import check_world

__all__ = ["ExploreOptions", "explore_scenario"]

_Found = tuple[Exploration, list[Shrunk], list[Confirmation]]
"""What was found, and of each failure its smallest form and, in the live world, how often it came back."""

_STOPPING = "spoolproof: stopping: saving what was found, without shrinking (Ctrl-C again: exit at once)"
_EVERY = 2.0
"""Seconds between progress lines."""
_GRACE = 2.0
"""Seconds that the current run may take when the search is to end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExploreOptions:
    """The options of the command. service: a file in place of the scenario's own. time: a duration. overrides:
    `part=module:attribute`. shrink: runs a failure."""

    name: str
    service: Path | None = None
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
    world: WorldName = WorldName.VIRTUAL


def explore_scenario(options: ExploreOptions) -> Exit:
    """Return INVALID if an invariant broke.

    Raises `TomlProblems`, `NoScenario`, `WrongWorld`, `NotReference`, `OverrideError`, `OutputError`.
    """
    (base,) = read_all([options.name], options.service)
    check_world(base, options.world)
    if options.overrides and base.service is not None:
        raise NotReference(f"{base.name}: --overrides is for the reference pipeline; its service is {base.design!r}")
    seed = base.seed if options.seed is None else options.seed
    overrides, time = _read_overrides(options.overrides), _read_time(options.time)
    root = _folder(options, base.name, seed)

    async def work(stop: asyncio.Event) -> _Found:
        limit = f"{pluralize(options.runs, 'run')} at most" if options.time is None else f"for {options.time} at most"
        on_progress = _Progress(stop, asyncio.get_running_loop().time, time, f"exploring {base.name}, {limit}")
        return await _search(options, base, overrides, seed, on_progress)

    with lock_folder(root):
        try:
            found, shrunk, confirmed = until_interrupted(work, on_first_signal=_STOPPING)
            saved = saved_failures(root, found, shrunk, confirmed)
            record = exploration_object(found, saved, scenario=base.name, seed=seed)

            def show() -> None:
                if options.json:
                    print_json(record)
                else:
                    sys.stdout.writelines(f"{line}\n" for line in format_result(found, saved))

            def write() -> None:
                if options.out is not None or saved.failures or saved.unknown or saved.breakdowns:
                    write_failures(root, saved, overrides)
                    write_record(root / RECORD, record)

            written = show_and_write(show, write)
        finally:
            if options.out is None:
                with suppress(OSError):
                    root.rmdir()  # empty if nothing was found
    code = _exit(found)
    return code if written else with_unwritten(code)


def _folder(options: ExploreOptions, scenario: str, seed: int) -> Path:
    """Create the results folder before the search, so that a bad path fails early."""
    if options.out is None:
        return new_results_folder(scenario, seed)
    return use_results_folder(options.out, force=options.force, mark=RECORD)


async def _search(
    options: ExploreOptions, base: Scenario, overrides: Mapping[str, str], seed: int, on_progress: "_Progress"
) -> _Found:
    """Explore, then confirm each failure where runs differ, and shrink it."""
    world = options.world
    found = await asyncio.to_thread(
        explore,
        base,
        overrides=overrides,
        seed=seed,
        runs=options.runs,
        jobs=options.jobs,
        keep_going=options.keep_going,
        toxics=options.toxics,
        world=world,
        on_progress=on_progress,
        halted=on_progress.is_overdue,
    )
    shrunk, confirmed = [], []
    stopped = on_progress.stop.is_set
    for failure in found.failures:
        if world is WorldName.LIVE:
            sys.stderr.write(f"{base.name}: {', '.join(failure.invariants)} violated; playing it again\n")
            again = await asyncio.to_thread(confirm, failure, overrides, world=world, stopped=stopped)
            sys.stderr.write(f"{base.name}: violated again in {again} runs\n")
            confirmed.append(again)
            stopped = on_progress.until_spent()
        sys.stderr.write(f"{base.name}: {', '.join(failure.invariants)} violated; shrinking\n")
        least = partial(shrink, failure, overrides=overrides, budget=options.shrink, world=world, stopped=stopped)
        shrunk.append(await asyncio.to_thread(least))
    return replace(found, stopped=on_progress.stop.is_set()), shrunk, confirmed


class _Progress:
    """Prints progress, and ends the search at the first signal or when the time is up."""

    def __init__(self, stop: asyncio.Event, now: Callable[[], float], time: float | None, about: str) -> None:
        self.stop = stop
        self._about = about
        self._now = now
        self._time = time
        self._began = now()
        self._next = self._began + _EVERY
        self._runs = 0
        self._over_at: float | None = None

    def is_overdue(self) -> bool:
        """Return whether to end in the middle of a run. Where no time is left, the first run is waited for."""
        if not self._is_over() or not (self.stop.is_set() or self._runs):
            return False
        self._over_at = self._now() if self._over_at is None else self._over_at
        return self._now() - self._over_at >= _GRACE

    def _is_over(self) -> bool:
        """Return whether there was a signal, or the time is up."""
        return self.stop.is_set() or (self._time is not None and self._now() - self._began >= self._time)

    def __call__(self, stats: ExplorationStats) -> bool:
        self._runs = stats.runs
        passed = self._now() - self._began
        if self._about:
            sys.stderr.write(f"{self._about}; press Ctrl-C to stop and save what was found\n")
            self._about = ""
        if self._now() >= self._next:
            self._next = self._now() + _EVERY
            per_minute = stats.runs / passed * 60
            sys.stderr.write(
                f"{pluralize(stats.runs, 'run')}, {per_minute:.0f} a minute, "
                f"{pluralize(stats.items, 'coverage item')}, "
                f"{pluralize(stats.failures, 'distinct failure')} found\n"
            )
        return self._is_over()

    def until_spent(self) -> Callable[[], bool]:
        """Whether it was stopped, or as much time as the search may take has passed from now on."""
        began = self._now()
        return lambda: self.stop.is_set() or (self._time is not None and self._now() - began >= self._time)


def _exit(found: Exploration) -> Exit:
    if found.stopped:
        return Exit.INTERRUPTED
    if found.failures:  # a violation counts, whatever failed in other runs
        return Exit.INVALID
    if found.stats.harness_failures:
        return Exit.INTERNAL_ERROR
    return Exit.UNKNOWN if found.stats.unknown else Exit.VALID


def _read_overrides(words: tuple[str, ...]) -> dict[str, str]:
    overrides: dict[str, str] = {}
    for each in words:
        part, _, attribute = each.partition("=")
        if part not in list(Role) or not attribute:
            raise typer.BadParameter(
                f"{each!r}: needs the form PART=module:attribute, where PART is one of {', '.join(Role)}",
                param_hint="--overrides",
            )
        overrides[Role(part)] = attribute
    return overrides


def _read_time(text: str | None) -> float | None:
    try:
        return None if text is None else parse_duration(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--time") from error
