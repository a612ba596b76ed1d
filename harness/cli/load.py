"""`spoolproof load`: a scenario's load by Locust, judged and reported as a run."""

import asyncio
import shlex
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from connector.units import parse_duration
from harness.cli.designs import read_design
from harness.cli.exits import Exit, with_unwritten
from harness.cli.inputs import read_all
from harness.cli.interrupt import until_interrupted
from harness.cli.latencies import latency_object, print_latencies
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
from harness.cli.summary import RunReport, run_object, worst_exit_of
from harness.errors import GeneratorFailed, InputProblems
from harness.journal import journal_of
from harness.live.die_with_parent import die_with_parent
from harness.load.gateway import OWN_GATEWAY, parse_gateway
from harness.load.generators import MASTER_GONE
from harness.load.plan import LoadPlan, write_plan
from harness.load.play import LoadOptions, play_load
from harness.load.processes import LOOPBACK, GeneratorSetup, check_locust, locust_command
from harness.python_path import child_environment
from harness.scenario.scenario import Scenario
from harness.service.reference import with_design
from harness.world_name import WorldName
from reports.journal import Journal
from reports.plain import plain
from reports.terminal import print_summary

__all__ = ["LATEST_WORD", "LoadCommand", "play", "work"]

LATEST_WORD = "50ms"
"""`--latest` where it is left out."""
FOLDER = "load"
"""Of the results: what a load leaves beside the reports."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadCommand:
    """The options of the command. web: the port of Locust's page, if it is wanted. port: of a master."""

    name: str
    gateway: str | None = None
    processes: int = 1
    abort: bool = False
    latest: str = LATEST_WORD
    web: int | None = None
    bind: str = LOOPBACK
    host: str = LOOPBACK
    port: int | None = None
    workers: int = 0
    seed: int | None = None
    pipeline: str | None = None
    service: Path | None = None
    out: Path | None = None
    force: bool = False
    json: bool = False


def play(command: LoadCommand) -> Exit:
    """Play the load on this machine, and show the results."""
    check_locust()
    scenario, seed = _read(command)
    options = _options(command)
    for port, what, bind in ((command.web, "--web-port", LOOPBACK), (command.port, "--port", command.bind)):
        _check_free(port, what, bind)
    folder = (
        new_results_folder(scenario.name, seed)
        if command.out is None
        else use_results_folder(command.out, force=command.force)
    )
    with lock_folder(folder):
        try:
            journal = _played(command, scenario, seed, options, folder / FOLDER)
        except BaseException:
            _remove_empty(folder)
            raise
        written = show_and_write(
            lambda: None if command.json else _show(journal), lambda: write_results(folder, journal)
        )
    report = RunReport(journal=journal, folder=folder, written=written)
    code = worst_exit_of([report])
    return code if try_show(lambda: _print_result(report, json=command.json)) else with_unwritten(code)


def work(command: LoadCommand) -> Exit:
    """Be a worker of a load that a master elsewhere leads, until that is over. Raises `GeneratorFailed`."""
    check_locust()
    scenario, seed = _read(command)
    folder = new_results_folder(f"{scenario.name}-worker", seed) if command.out is None else command.out
    folder.mkdir(parents=True, exist_ok=True)
    write_plan(folder / "plan", LoadPlan(scenario=scenario, seed=seed))
    at = ["--master-host", command.host, "--master-port", str(command.port)]
    sys.stderr.write(plain(f"{scenario.name}: a worker of the master at {command.host}:{command.port}\n"))
    try:
        done = subprocess.run(  # noqa: S603 - the command is our own
            die_with_parent(*locust_command("--plan", str(folder / "plan"), "--worker", *at, "--loglevel", "CRITICAL")),
            env=child_environment(),
            check=False,
        )
    finally:
        (folder / "plan").unlink(missing_ok=True)
        with suppress(OSError):
            folder.rmdir()
    if done.returncode:
        raise GeneratorFailed(_worker_ended(done.returncode, f"{command.host}:{command.port}"))
    return Exit.VALID


def _worker_ended(status: int, master: str) -> str:
    if status == MASTER_GONE:
        return f"the master at {master} is gone: the load is over"
    if status < 0:
        return f"this worker was killed by signal {-status}"
    return f"no master was found at {master}, or this worker could not go on (exit status {status})"


def _read(command: LoadCommand) -> tuple[Scenario, int]:
    [scenario] = read_all([command.name], command.service)
    if command.pipeline is not None:
        scenario = with_design(scenario, read_design(command.pipeline))
    return scenario, scenario.seed if command.seed is None else command.seed


def _options(command: LoadCommand) -> LoadOptions:
    """Raises `InputProblems`."""
    try:
        latest = parse_duration(command.latest)
    except ValueError as error:
        raise InputProblems(f"--latest: {error}") from error
    try:
        gateway = OWN_GATEWAY if command.gateway is None else parse_gateway(command.gateway)
    except ValueError as error:
        raise InputProblems(f"--gateway: {error}") from error
    setup = GeneratorSetup(
        processes=command.processes,
        web=command.web,
        bind=command.bind,
        port=command.port,
        workers=command.workers,
    )
    return LoadOptions(gateway=gateway, setup=setup, latest=latest, abort=command.abort)


def _check_free(port: int | None, option: str, bind: str) -> None:
    """Before anything starts. Raises `InputProblems` where somebody listens there."""
    if port is None:
        return
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((bind, port))
        except OSError as error:
            raise InputProblems(f"{option}: port {port} cannot be used on {bind}: {error.strerror}") from error


def _played(command: LoadCommand, scenario: Scenario, seed: int, options: LoadOptions, folder: Path) -> Journal:
    async def work(stop: asyncio.Event) -> Journal:
        with show_progress(scenario.name) as progress:
            played = await play_load(scenario, seed=seed, folder=folder, options=options, progress=progress, stop=stop)
        return journal_of(
            options.gateway.before(scenario), played.run, seed=seed, world=WorldName.LIVE, command=_again(command, seed)
        )

    if command.workers:
        sys.stderr.write(plain(f"{scenario.name}: waiting for {command.workers} workers at port {command.port}\n"))
    if command.web is not None:
        sys.stderr.write(f"Locust's page, while the load lasts: http://{LOOPBACK}:{command.web}\n")
    return until_interrupted(work)


def _again(command: LoadCommand, seed: int) -> str:
    """The command that plays the same again."""
    words = ["spoolproof", "load", command.name, "--seed", str(seed)]
    words += [] if command.gateway is None else ["--gateway", command.gateway]
    words += [] if command.processes == 1 else ["--processes", str(command.processes)]
    words += [] if command.latest == LATEST_WORD else ["--latest", command.latest]
    words += ["--abort"] if command.abort else []
    words += [] if command.pipeline is None else ["--pipeline", command.pipeline]
    words += [] if command.service is None else ["--service", str(command.service)]
    return shlex.join(words)


def _show(journal: Journal) -> None:
    console = results_console()
    print_summary(journal, console)
    print_latencies(journal, console)


def _print_result(report: RunReport, *, json: bool) -> None:
    if json:
        print_json({**run_object([report]), **latency_object(report.journal)})
    else:
        sys.stdout.write(plain(f"report: {report.folder / 'report.html'}\n"))


def _remove_empty(folder: Path) -> None:
    """Of a load that was not played; what its generators have sent stays."""
    if not (folder / JOURNAL).exists():
        with suppress(OSError):
            (folder / FOLDER).rmdir()
        with suppress(OSError):
            folder.rmdir()
