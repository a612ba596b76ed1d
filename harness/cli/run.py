"""`spoolproof run`: reads all scenarios before it runs the first, so that mistakes show early."""

import asyncio
import shlex
import shutil
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from connector.values import replace
from harness.cli.connectors import open_connectors, read_connectors
from harness.cli.designs import read_design
from harness.cli.exits import Exit, with_unwritten
from harness.cli.inputs import read_all
from harness.cli.interrupt import until_interrupted
from harness.cli.progress import show_progress
from harness.cli.results_folder import (
    JOURNAL,
    LOGS,
    lock_folder,
    new_results_folder,
    show_and_write,
    try_show,
    use_results_folder,
    write_results,
)
from harness.cli.stdout import print_json, results_console
from harness.cli.summary import RunReport, run_object, worst_exit_of
from harness.errors import OutputError, ServiceUnavailable
from harness.journal import run_scenario
from harness.run.progress import Progress, Stage, Step
from harness.run.unsupported import foreseen
from harness.scenario.gateway_kind import GatewayKind
from harness.scenario.scenario import Scenario
from harness.scenario.spool_kind import SpoolKind
from harness.scenario.store_kind import StoreKind
from harness.service.reference import with_design
from harness.world_name import WorldName
from harness.worlds import check_world
from reports.journal import Journal
from reports.plain import plain
from reports.terminal import print_summary

__all__ = ["RunOptions", "run_all", "run_each"]

_USUAL = "live"
"""The default of `--world`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """The options of the command. pipeline: the design in place of the scenario's own. service: a file likewise.
    gateway: the program likewise. connectors: `NAME=TARGET`, for each cluster of a real world."""

    names: tuple[str, ...]
    seed: int | None = None
    out: Path | None = None
    force: bool = False
    json: bool = False
    world: WorldName = WorldName.LIVE
    pipeline: str | None = None
    replications: int = 1
    admin: Path | None = None
    service: Path | None = None
    gateway: GatewayKind | None = None
    store: StoreKind | None = None
    spool: SpoolKind | None = None
    connectors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Planned:
    """One scenario to run. name: as given on the command line, so that the same command runs it again."""

    name: str
    scenario: Scenario
    seed: int
    folder: Path
    world: WorldName
    pipeline: str | None
    replications: int
    admin: Path | None
    service: Path | None
    gateway: GatewayKind | None
    store: StoreKind | None
    spool: SpoolKind | None
    connectors: tuple[str, ...]

    @property
    def command(self) -> str:
        words = ["spoolproof", "run", self.name, "--seed", str(self.seed)]
        words += [] if self.pipeline is None else ["--pipeline", self.pipeline]
        words += [] if self.service is None else ["--service", str(self.service)]
        words += [] if self.gateway is None else ["--gateway", self.gateway.value]
        words += [] if self.store is None else ["--store", self.store.value]
        words += [] if self.spool is None else ["--spool", self.spool.value]
        words += [] if self.replications == 1 else ["--replications", str(self.replications)]
        words += [word for connector in self.connectors for word in ("--connector", connector)]
        return shlex.join(words if str(self.world) == _USUAL else [*words, "--world", self.world])


def run_all(options: RunOptions) -> Exit:
    """Run one scenario after another, and show the results. Returns the worst exit code."""
    reports = run_each(options)
    code = worst_exit_of(reports)
    if options.json and not try_show(lambda: print_json(run_object(reports))):
        return with_unwritten(code)
    return code


def run_each(options: RunOptions) -> list[RunReport]:
    """Run one scenario after another, until one is interrupted. With `json`, nothing is printed on stdout."""
    planned = _plan(options)
    reports: list[RunReport] = []
    try:
        for each in planned:
            ran = _run(each, json=options.json)
            reports.append(ran)
            if ran.journal.interrupted:
                break
    finally:
        _remove_unused(planned)
    return reports


def _plan(options: RunOptions) -> list[_Planned]:
    """Read everything and create every folder; several scenarios get one subfolder of `--out` each."""
    planned: list[_Planned] = []
    design = None if options.pipeline is None else read_design(options.pipeline)
    for name, read in zip(options.names, read_all(options.names, options.service), strict=True):
        scenario = read if design is None else with_design(read, design)
        scenario = scenario if options.gateway is None else scenario.behind(options.gateway)
        scenario = scenario if options.store is None else replace(scenario, store=options.store)
        scenario = scenario if options.spool is None else replace(scenario, spool=options.spool)
        check_world(scenario, options.world)
        if options.connectors:
            read_connectors(scenario, options.connectors)  # what is wrong with them is said before anything runs
        seed = scenario.seed if options.seed is None else options.seed
        replay_command = sum(earlier.scenario.name == scenario.name for earlier in planned)
        if options.out is None:
            folder = new_results_folder(scenario.name, seed)
        elif len(options.names) == 1:
            folder = use_results_folder(options.out, force=options.force)
        else:
            own = f"{scenario.name}-{replay_command + 1}" if replay_command else scenario.name
            folder = use_results_folder(options.out / own, force=options.force)
        planned.append(
            _Planned(
                name=name,
                scenario=scenario,
                seed=seed,
                folder=folder,
                world=options.world,
                pipeline=options.pipeline,
                replications=options.replications,
                admin=options.admin,
                service=options.service,
                gateway=options.gateway,
                store=options.store,
                spool=options.spool,
                connectors=options.connectors,
            )
        )
    return planned


def _run(planned: _Planned, *, json: bool) -> RunReport:
    scenario = planned.scenario
    left: list[str] = []

    async def play(stop: asyncio.Event) -> Journal:
        with show_progress(scenario.name) as progress:
            journal = await _played(planned, progress, stop, left)
            if planned.replications == 1 or stop.is_set():
                return journal
            return await _replicated(planned, journal, progress, stop)

    for remark in foreseen(scenario, planned.world):
        sys.stderr.write(plain(f"{scenario.name}: {remark.reason}\n"))
    with lock_folder(planned.folder):
        try:
            journal = until_interrupted(play)
        except ServiceUnavailable as error:
            raise _with_logs(error, planned.folder / LOGS) from error
        finally:
            sys.stderr.write(plain("".join(f"spoolproof: {line}\n" for line in left)))
        written = show_and_write(
            lambda: None if json else print_summary(journal, results_console()),
            lambda: write_results(planned.folder, journal),
        )
    if written and not json:
        written = try_show(lambda: sys.stdout.write(f"report: {planned.folder / 'report.html'}\n"))
    return RunReport(journal=journal, folder=planned.folder, written=written)


def _with_logs(error: ServiceUnavailable, logs: Path) -> ServiceUnavailable:
    """The same error, which says where all stands that the parts have printed, if they have."""
    return ServiceUnavailable(f"{error}; all that its parts printed: {logs}") if _has_printed(logs) else error


def _has_printed(logs: Path) -> bool:
    return logs.is_dir() and any(path.stat().st_size for path in logs.iterdir())


async def _played(planned: _Planned, progress: Progress, stop: asyncio.Event, left: list[str]) -> Journal:
    """left: gets a line for each connector on which shares may be left."""
    opens = open_connectors(planned.scenario, planned.connectors, left) if planned.connectors else None
    return await run_scenario(
        planned.scenario,
        seed=planned.seed,
        progress=progress,
        stop=stop,
        command=planned.command,
        world=planned.world,
        admin=planned.admin,
        logs=planned.folder / LOGS if _keeps_logs(planned.scenario) else None,
        open_clusters=opens,
    )


def _keeps_logs(scenario: Scenario) -> bool:
    """Of programs that are not the lab's own; also the configuration that a gateway ran with."""
    return scenario.service is not None or scenario.gateway_kind is not GatewayKind.BUILTIN


async def _replicated(planned: _Planned, first: Journal, progress: Progress, stop: asyncio.Event) -> Journal:
    """Return the journal of the first replication with the worst verdict, with the results of all."""
    from harness.replications import judged, replicate, words

    count = planned.replications

    def told(done: int) -> bool:
        progress(Step(stage=Stage.REPLICATE, done=done, of=count))
        return stop.is_set()

    found = await asyncio.to_thread(replicate, planned.scenario, seed=planned.seed, count=count, told=told)
    gravest, journal = found.gravest, first
    if gravest is not None and found.judged[gravest].gravity > judged(first).gravity:
        unstopped = asyncio.Event()  # after an interrupt too
        try:
            journal = await _played(replace(planned, seed=gravest), progress, unstopped, [])
        finally:
            unstopped.set()
    try_show = f"this report shows seed {journal.seed}, the first with the worst verdict"
    return replace(
        journal,
        command=planned.command,
        notes=(*journal.notes, *words(found), try_show),
        interrupted=stop.is_set(),
    )


def _remove_unused(planned: Sequence[_Planned]) -> None:
    """Remove folders of runs without results, unless another run uses them, or parts have said why there are none."""
    for each in planned:
        with suppress(OSError, OutputError), lock_folder(each.folder):
            if not (each.folder / JOURNAL).exists() and not _has_printed(each.folder / LOGS):
                shutil.rmtree(each.folder / LOGS, ignore_errors=True)
            each.folder.rmdir()
