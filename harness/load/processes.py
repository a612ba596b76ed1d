"""The load generators of one load as processes: started, awaited, ended."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from harness.errors import GeneratorFailed, MissingPart, NotBegun, first_world_error
from harness.live.die_with_parent import die_with_parent
from harness.live.free_ports import FreePorts
from harness.load.generators import Generators
from harness.load.plan import LoadPlan, write_plan
from harness.load.wire import GeneratorCommand
from harness.python_path import ROOT, child_environment, python_module

__all__ = ["LOOPBACK", "GeneratorSetup", "check_locust", "locust_command", "open_generators"]

LOCUSTFILE = ROOT / "scenarios" / "load" / "locustfile.py"
LOOPBACK = "127.0.0.1"
_READY_WITHIN = 60.0
"""Seconds; of workers elsewhere, for the first command of this machine's own."""
_WORKERS_WITHIN = 600.0
_GRACE = 15.0
"""Seconds for generators to send what they know and end."""
_LONGEST_LINE = 1 << 24
_QUOTED = 600
"""Characters of a log's line that an error quotes at most."""
_INFO = "/INFO/"
"""In Locust's lines that tell of nothing wrong."""
_LAST_SECONDS = 3.0
"""Seconds for a leader that lives to send workers elsewhere home, where the load cannot go on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratorSetup:
    """processes: how many play the load here. web: the port of Locust's page, on loopback; None: no page.

    bind, port: where a master listens for workers (None: any free port). workers: how many are started elsewhere, which
    it waits for.
    """

    processes: int = 1
    web: int | None = None
    bind: str = LOOPBACK
    port: int | None = None
    workers: int = 0

    @property
    def has_master(self) -> bool:
        return self.processes > 1 or self.workers > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Child:
    name: str
    log: Path
    process: asyncio.subprocess.Process

    def end(self) -> str:
        """How it ended, in words."""
        status = self.process.returncode or 0
        how = f"killed by signal {-status}" if status < 0 else f"exit status {status}"
        lines = self.log.read_bytes().decode(errors="replace").strip().splitlines()
        told = [line[:_QUOTED] for line in lines if _INFO not in line]
        return f"{self.name} ended: {how}" + (f"; its log ends: {told[-1]}" if told else "")


def check_locust() -> None:
    """Raises `MissingPart` where the extra that load tests need is not installed."""
    if any(find_spec(name) is None for name in ("locust", "hdrh")):
        raise MissingPart("load tests need Locust and HdrHistogram: pip install 'spoolproof[load]'")


def locust_command(*arguments: str) -> list[str]:
    """The command line of a Locust process with the lab's locustfile."""
    return python_module("harness.load.generator", "-f", str(LOCUSTFILE), "--only-summary", *arguments)


@asynccontextmanager
async def open_generators(
    plan: LoadPlan, setup: GeneratorSetup, folder: Path, stop: asyncio.Event
) -> AsyncIterator[Generators]:
    """Start the generators and wait until all are ready, or `stop` is set; end them when the context ends.

    folder: for their logs, which stay. Raises `GeneratorFailed`, `NotBegun`, `MissingPart`.
    """
    check_locust()
    private = folder / "plan"
    write_plan(private, plan)
    try:
        async with _opened(setup, private, folder, stop) as generators:
            yield generators
    except BaseExceptionGroup as group:
        error = first_world_error(group)
        if error is None:
            raise
        raise error from group
    finally:
        private.unlink(missing_ok=True)


@asynccontextmanager
async def _opened(setup: GeneratorSetup, plan: Path, folder: Path, stop: asyncio.Event) -> AsyncIterator[Generators]:
    ours, theirs = socket.socketpair()
    with closing(theirs), FreePorts() as ports:
        reader, writer = await asyncio.open_connection(sock=ours, limit=_LONGEST_LINE)
        generators = Generators(writer)
        children: list[_Child] = []
        try:
            async with asyncio.TaskGroup() as group:
                listening = group.create_task(generators.listen(reader))
                for name, command, link in _commands(setup, plan, theirs, ports):
                    child = await _start(name, command, folder, link)
                    children.append(child)
                    group.create_task(_watch(child, generators))
                theirs.close()
                try:
                    await _until_ready(generators, _WORKERS_WITHIN if setup.workers else _READY_WITHIN, stop)
                    yield generators
                finally:
                    await _end(generators, children)
                    await listening
        finally:
            writer.close()


def _commands(
    setup: GeneratorSetup, plan: Path, link: socket.socket, ports: FreePorts
) -> list[tuple[str, list[str], socket.socket | None]]:
    """(name, command line, the link that it is born with) of each process."""
    page = ["--headless"]
    if setup.web is not None:
        page = ["--web-host", LOOPBACK, "--web-port", str(setup.web), "--autostart", "--autoquit", "0"]
    led = ["--plan", str(plan), "--link", str(link.fileno()), *page]
    if not setup.has_master:
        return [("the load generator", locust_command(*led), link)]
    port = str(setup.port or ports.of("master"))
    waits = ["--expect-workers", str(setup.processes + setup.workers)]
    master = locust_command(*led, "--master", "--master-bind-host", setup.bind, "--master-bind-port", port, *waits)
    host = LOOPBACK if setup.bind in {LOOPBACK, "0.0.0.0", "*"} else setup.bind
    worker = locust_command("--plan", str(plan), "--worker", "--master-host", host, "--master-port", port)
    return [
        ("the master of the load", master, link),
        *((f"load generator {number}", worker, None) for number in range(1, setup.processes + 1)),
    ]


async def _start(name: str, command: list[str], folder: Path, link: socket.socket | None) -> _Child:
    log = folder / f"{name.replace('the ', '').replace(' ', '-')}.log"
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *die_with_parent(*command),
            env=child_environment(),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            pass_fds=() if link is None else (link.fileno(),),
            start_new_session=True,  # Ctrl-C is for the process that leads
        )
    return _Child(name=name, log=log, process=process)


async def _watch(child: _Child, generators: Generators) -> None:
    await child.process.wait()
    if not generators.ending:
        generators.fail(child.end())


async def _until_ready(generators: Generators, seconds: float, stop: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(seconds), asyncio.TaskGroup() as group:
            stopping = group.create_task(_end_wait(stop, generators))
            await generators.is_ready.wait()
            stopping.cancel()
    except TimeoutError as error:
        raise GeneratorFailed(f"the load generators were not ready within {seconds:g} s") from error
    generators.check()
    if stop.is_set():
        raise NotBegun("stopped before the load began")


async def _end_wait(stop: asyncio.Event, generators: Generators) -> None:
    await stop.wait()
    generators.is_ready.set()


def _patience(generators: Generators, children: list[_Child]) -> float:
    """Seconds for the generators to end by themselves. The first of them leads."""
    if generators.failure is None:
        return _GRACE
    return _LAST_SECONDS if children and children[0].process.returncode is None else 0.0


async def _end(generators: Generators, children: list[_Child]) -> None:
    """Ask them to end, and kill those that do not, or that nobody leads any more."""
    generators.ending = True
    generators.tell(GeneratorCommand(quit=True))
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(_patience(generators, children)):
                for child in children:
                    await child.process.wait()
    finally:
        for child in children:
            if child.process.returncode is None:
                with suppress(ProcessLookupError):
                    child.process.kill()
        for child in children:
            await child.process.wait()  # whoever watched it may have been cancelled
