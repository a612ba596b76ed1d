"""What fake clusters cost behind SSH: as ratios to a bare asyncssh server and to OpenSSH's sshd, in one run.

`python -m tests.bench.ssh_server`. Servers are processes of their own and their CPU is read from the process table,
so the clients do not count. Rounds alternate between the servers, and the cheapest of each counts: what else runs on
the machine, or on its host, only ever adds.
"""

import asyncio
import resource
import shutil
import statistics
import sys
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from tests.bench.row import Row, at_most
from tests.bench.ssh.clients import openssh_once, paramiko_kept
from tests.bench.ssh.load import COMMAND, commands, connect, connections
from tests.bench.ssh.login import PASSWORD, Login, client_key
from tests.bench.ssh.process import ServerProcess
from tests.bench.ssh.sshd import sshd_user

__all__ = ["rows"]

_SSHD_COMMAND = 'echo \'{"done": "ping"}\''


class Contestant:
    """One server under load, and what its rounds cost."""

    def __init__(self, process: ServerProcess, login: Login, command: str, connections: int, commands: int) -> None:
        self.process = process
        self.login = login
        self._command = command
        self._connections = connections
        self._commands = commands
        self._by_connection: list[float] = []
        self._by_command: list[float] = []

    @property
    def per_connection(self) -> float:
        """CPU seconds."""
        return min(self._by_connection)

    @property
    def per_command(self) -> float:
        """CPU seconds."""
        return min(self._by_command)

    async def round(self) -> None:
        """Load it once. A command's cost is that of a connection with many, less that of a connection with one."""
        process = self.process
        begun = await process.settled_cpu()
        await connections(process.port, self.login, self._connections, command=self._command)
        connected = await process.settled_cpu()
        await commands(process.port, self.login, self._commands, command=self._command)
        commanded = await process.settled_cpu()
        connection = (connected - begun) / self._connections
        self._by_connection.append(connection)
        self._by_command.append((commanded - connected - connection) / (self._commands - 1))


def _fake(directory: Path) -> ServerProcess:
    return ServerProcess.module("fake cluster", "tests.bench.ssh.fake", str(directory))


def _bare(directory: Path) -> ServerProcess:
    return ServerProcess.module("bare asyncssh", "tests.bench.ssh.bare", str(directory))


async def cpu_rows(directory: Path, rounds: int = 12) -> list[Row]:
    """CPU per connection and per command, as ratios."""
    async with AsyncExitStack() as stack:
        password = Login(key=client_key(directory), password=PASSWORD)
        fake = Contestant(await stack.enter_async_context(_fake(directory)), password, COMMAND, 200, 600)
        bare = Contestant(await stack.enter_async_context(_bare(directory)), password, COMMAND, 200, 600)
        contestants = [fake, bare]
        sshd = None
        program = _program("sshd")
        if program is not None:
            process = ServerProcess.module("sshd", "tests.bench.ssh.sshd", str(directory), program)
            login = Login(key=client_key(directory), user=sshd_user())
            sshd = Contestant(await stack.enter_async_context(process), login, _SSHD_COMMAND, 40, 80)
            contestants.append(sshd)
        for _ in range(rounds):
            for contestant in contestants:
                await contestant.round()
    table = [
        _milliseconds("CPU per connection: fake cluster", fake.per_connection),
        _milliseconds("CPU per connection: bare asyncssh", bare.per_connection),
        at_most("CPU per connection, to bare asyncssh", fake.per_connection / bare.per_connection, "", 0.65),
        _milliseconds("CPU per command: fake cluster", fake.per_command),
        _milliseconds("CPU per command: bare asyncssh", bare.per_command),
        at_most("CPU per command, to bare asyncssh", fake.per_command / bare.per_command, "", 0.75),
    ]
    if sshd is not None:
        table += [
            _milliseconds("CPU per connection: sshd, by key", sshd.per_connection),
            at_most("CPU per connection, to sshd", fake.per_connection / sshd.per_connection, "", 0.1),
            _milliseconds("CPU per command: sshd", sshd.per_command),
            at_most("CPU per command, to sshd", fake.per_command / sshd.per_command, "", 0.25),
        ]
    return table


async def client_rows(directory: Path, rounds: int = 15) -> list[Row]:
    """How long the real clients take: `ssh host command`, and paramiko on a kept connection."""
    program = shutil.which("ssh")
    login = Login(key=client_key(directory))
    once: dict[str, list[float]] = {}
    kept: dict[str, list[float]] = {}
    async with AsyncExitStack() as stack:
        servers = [await stack.enter_async_context(make(directory)) for make in (_fake, _bare)]
        for _ in range(rounds):
            for server in servers:
                if program is not None:
                    once.setdefault(server.name, []).append(await openssh_once(program, server.port, login))
        for server in servers:
            async with paramiko_kept("", server.port, login, directory) as command:
                kept[server.name] = [await command() for _ in range(rounds * 2)]
    fake, bare = (statistics.median(kept[server.name]) * 1000 for server in servers)
    table = [
        at_most("paramiko exec, kept connection: fake cluster", fake, "ms", 5.0),
        _plain("paramiko exec, kept connection: bare asyncssh", bare, "ms"),
    ]
    if once:
        fake, bare = (statistics.median(once[server.name]) * 1000 for server in servers)
        table += [
            _plain("ssh host command: fake cluster", fake, "ms"),
            _plain("ssh host command: bare asyncssh", bare, "ms"),
            at_most("ssh host command, to bare asyncssh", fake / bare, "", 0.5),
        ]
    return table


async def idle_rows(directory: Path, count: int = 2000, seconds: float = 5.0) -> list[Row]:
    """What connections cost that are logged in and do nothing."""
    _allow_files(count + 500)
    login = Login(key=client_key(directory), password=PASSWORD)
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(_fake(directory))
        await connections(server.port, login, 50)
        before = server.memory
        kept = []
        for _ in range(count // 20):
            kept += await asyncio.gather(*(stack.enter_async_context(connect(server.port, login)) for _ in range(20)))
        grown = server.memory - before
        used = server.cpu()
        await asyncio.sleep(seconds)
        share = (server.cpu() - used) / seconds * 100
        alive = sum(not connection.is_closed() for connection in kept)
        answered = (await kept[0].run(COMMAND)).exit_status == 0
        for connection in kept:
            connection.abort()
    return [
        Row(name="idle connections alive", figure=alive, unit="", goal=f"{count}", met=alive == count and answered),
        at_most("memory per idle connection", grown / count / 1024, "KB", 24),
        at_most("CPU with them idle", share, "%", 1),
    ]


async def start_rows(directory: Path) -> list[Row]:
    """How soon many clusters are ready in one process, with keys made and ports open."""
    table = []
    for count, goal in ((100, 0.6), (1000, 2.5)):
        best = min([await _started(directory / f"keys-{count}-{attempt}", count) for attempt in range(3)])
        table.append(at_most(f"{count} clusters ready", best, "s", goal))
    return table


async def _started(directory: Path, count: int) -> float:
    process = await asyncio.create_subprocess_exec(
        *_python("tests.bench.ssh.many", str(directory), str(count)), stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    return float(output)


def _python(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", module, *arguments]


def _program(name: str) -> str | None:
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")


def _milliseconds(name: str, seconds: float) -> Row:
    return _plain(name, seconds * 1000, "ms")


def _plain(name: str, figure: float, unit: str) -> Row:
    """A figure to compare others with, held to nothing."""
    return Row(name=name, figure=figure, unit=unit, goal="", met=True)


def _allow_files(count: int) -> None:
    """Raise this process's limit of open files, which its children inherit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = count if hard == resource.RLIM_INFINITY else min(count, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))


async def rows() -> list[Row]:
    """The whole table."""
    with tempfile.TemporaryDirectory(prefix="spoolproof-bench-") as name:
        directory = Path(name)
        parts: Sequence[list[Row]] = [
            await start_rows(directory),
            await cpu_rows(directory),
            await client_rows(directory),
            await idle_rows(directory),
        ]
    return [row for part in parts for row in part]


def main() -> None:
    for row in asyncio.run(rows()):
        verdict = "" if not row.goal else ("met" if row.met else "MISSED")
        print(f"{row.name:46} {row.figure:10.3f} {row.unit:3} {row.goal:18} {verdict}")


if __name__ == "__main__":
    main()
