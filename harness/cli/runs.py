"""`spoolproof run`: all scenarios are read before the first is played, so that a typing error costs seconds."""

import asyncio
import shlex
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from connector.values import replace
from harness.cli.designs import read_design
from harness.cli.exits import Exit, unwritten
from harness.cli.folder import fresh_folder, given_folder, held, show_then_write, shown, write_results
from harness.cli.interrupt import until_interrupted
from harness.cli.progress import shown_progress
from harness.cli.reading import read_all
from harness.cli.stdout import print_json, results_console
from harness.cli.summary import Ran, exit_of_all, run_object
from harness.compare import with_design
from harness.errors import OutputError
from harness.journal import run_scenario
from harness.run.progress import Progress, Stage, Step
from harness.run.unsupported import foreseen
from harness.scenario.scenario import Scenario
from harness.world_name import WorldName
from reports.journal import Journal
from reports.plain import plain
from reports.terminal import print_summary

__all__ = ["Wanted", "run_all"]

_USUAL = "live"
"""The world that a command line need not name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the command line asks. pipeline: the design in place of the scenario's own."""

    names: tuple[str, ...]
    seed: int | None = None
    out: Path | None = None
    force: bool = False
    json: bool = False
    world: WorldName = WorldName.LIVE
    pipeline: str | None = None
    replications: int = 1
    admin: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Planned:
    """One scenario to be played. name: as the command line spells it, so that the same words play it again."""

    name: str
    scenario: Scenario
    seed: int
    folder: Path
    world: WorldName
    pipeline: str | None
    replications: int
    admin: Path | None

    @property
    def command(self) -> str:
        words = ["spoolproof", "run", self.name, "--seed", str(self.seed)]
        words += [] if self.pipeline is None else ["--pipeline", self.pipeline]
        words += [] if self.replications == 1 else ["--replications", str(self.replications)]
        return shlex.join(words if str(self.world) == _USUAL else [*words, "--world", self.world])


def run_all(wanted: Wanted) -> Exit:
    """Play one scenario after another; an interrupted one is the last. Returns the gravest exit code."""
    planned = _plan(wanted)
    rans: list[Ran] = []
    try:
        for each in planned:
            ran = _run(each, json=wanted.json)
            rans.append(ran)
            if ran.journal.interrupted:
                break
    finally:
        _remove_unused(planned)
    code = exit_of_all(rans)
    if wanted.json and not shown(lambda: print_json(run_object(rans))):
        return unwritten(code)
    return code


def _plan(wanted: Wanted) -> list[_Planned]:
    """Read everything and make every folder; with several scenarios, each gets one of its own within `--out`."""
    planned: list[_Planned] = []
    design = None if wanted.pipeline is None else read_design(wanted.pipeline)
    for name, read in zip(wanted.names, read_all(wanted.names), strict=True):
        scenario = read if design is None else with_design(read, design)
        seed = scenario.seed if wanted.seed is None else wanted.seed
        again = sum(earlier.scenario.name == scenario.name for earlier in planned)
        if wanted.out is None:
            folder = fresh_folder(scenario.name, seed)
        elif len(wanted.names) == 1:
            folder = given_folder(wanted.out, force=wanted.force)
        else:
            own = f"{scenario.name}-{again + 1}" if again else scenario.name
            folder = given_folder(wanted.out / own, force=wanted.force)
        planned.append(
            _Planned(
                name=name,
                scenario=scenario,
                seed=seed,
                folder=folder,
                world=wanted.world,
                pipeline=wanted.pipeline,
                replications=wanted.replications,
                admin=wanted.admin,
            )
        )
    return planned


def _run(planned: _Planned, *, json: bool) -> Ran:
    scenario = planned.scenario

    async def play(stop: asyncio.Event) -> Journal:
        with shown_progress(scenario.name) as progress:
            journal = await _played(planned, progress, stop)
            if planned.replications == 1 or stop.is_set():
                return journal
            return await _replicated(planned, journal, progress, stop)

    for remark in foreseen(scenario, planned.world):
        sys.stderr.write(plain(f"{scenario.name}: {remark.reason}\n"))
    with held(planned.folder):
        journal = until_interrupted(play)
        written = show_then_write(
            lambda: None if json else print_summary(journal, results_console()),
            lambda: write_results(planned.folder, journal),
        )
    if written and not json:
        written = shown(lambda: sys.stdout.write(f"report: {planned.folder / 'report.html'}\n"))
    return Ran(journal=journal, folder=planned.folder, written=written)


async def _played(planned: _Planned, progress: Progress, stop: asyncio.Event) -> Journal:
    return await run_scenario(
        planned.scenario,
        seed=planned.seed,
        progress=progress,
        stop=stop,
        command=planned.command,
        world=planned.world,
        admin=planned.admin,
    )


async def _replicated(planned: _Planned, first: Journal, progress: Progress, stop: asyncio.Event) -> Journal:
    """The journal of the first replication of the gravest verdict, with what all of them say."""
    from harness.replications import judged, replicate, words

    count = planned.replications

    def told(done: int) -> bool:
        progress(Step(stage=Stage.REPLICATE, done=done, of=count))
        return stop.is_set()

    found = await asyncio.to_thread(replicate, planned.scenario, seed=planned.seed, count=count, told=told)
    gravest, journal = found.gravest, first
    if gravest is not None and found.judged[gravest].gravity > judged(first).gravity:
        unstopped = asyncio.Event()  # an interrupted run shows the gravest too, and that run whole
        try:
            journal = await _played(replace(planned, seed=gravest), progress, unstopped)
        finally:
            unstopped.set()
    shown = f"shown is the one with seed {journal.seed}, the first of the gravest verdict"
    return replace(
        journal,
        command=planned.command,
        notes=(*journal.notes, *words(found), shown),
        interrupted=stop.is_set(),
    )


def _remove_unused(planned: Sequence[_Planned]) -> None:
    """Leave no empty folder of a run that did not come to results; one that another run holds is not ours."""
    for each in planned:
        with suppress(OSError, OutputError), held(each.folder):
            each.folder.rmdir()
