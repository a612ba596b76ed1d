"""The seconds that a command takes at each client: OpenSSH's ssh, paramiko and asyncssh."""

import asyncio
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import paramiko

from tests.bench.ssh.load import COMMAND, connect
from tests.bench.ssh.login import Login

__all__ = ["KEPT", "Timed", "openssh_once"]

Timed = Callable[[], Awaitable[float]]
"""Runs one command and tells how long it took."""


def _arguments(program: str, port: int, login: Login, *more: str) -> list[str]:
    settings = {
        "BatchMode": "yes",
        "IdentitiesOnly": "yes",
        "LogLevel": "ERROR",
        "StrictHostKeyChecking": "no",
        "UserKnownHostsFile": "/dev/null",
    }
    options = [word for key, value in settings.items() for word in ("-o", f"{key}={value}")]
    key = str(login.key.path)
    return [program, "-F", "/dev/null", *options, "-i", key, "-p", str(port), "-l", login.user, *more, "127.0.0.1"]


async def _timed_process(words: list[str]) -> float:
    loop = asyncio.get_running_loop()
    began = loop.time()
    process = await asyncio.create_subprocess_exec(*words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    if await process.wait():
        raise RuntimeError(f"exit status {process.returncode}: {' '.join(words)}")
    return loop.time() - began


async def openssh_once(program: str, port: int, login: Login, command: str = COMMAND) -> float:
    """`ssh host command`: process, connection, login, command."""
    return await _timed_process([*_arguments(program, port, login), command])


@asynccontextmanager
async def openssh_kept(program: str, port: int, login: Login, directory: Path) -> AsyncIterator[Timed]:
    """`ssh` over a connection that a master keeps (ControlMaster)."""
    path = directory / f"control.{port}"
    words = _arguments(program, port, login, "-o", f"ControlPath={path}")
    master = await asyncio.create_subprocess_exec(*words[:-1], "-M", "-N", words[-1], stdin=subprocess.DEVNULL)
    try:
        while not path.exists():
            await asyncio.sleep(0.01)
        yield lambda: _timed_process([*words, COMMAND])
    finally:
        master.terminate()
        await master.wait()


@asynccontextmanager
async def paramiko_kept(program: str, port: int, login: Login, directory: Path) -> AsyncIterator[Timed]:
    """paramiko's `exec_command` on a kept connection, in a thread."""
    loop = asyncio.get_running_loop()
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())

    def command() -> float:
        began = loop.time()
        _, output, _ = client.exec_command(COMMAND)
        output.read()
        if output.channel.recv_exit_status():
            raise RuntimeError("a command failed")
        return loop.time() - began

    await asyncio.to_thread(
        client.connect,
        "127.0.0.1",
        port,
        login.user,
        key_filename=str(login.key.path),
        allow_agent=False,
        look_for_keys=False,
    )
    try:
        yield lambda: asyncio.to_thread(command)
    finally:
        client.close()


@asynccontextmanager
async def asyncssh_kept(program: str, port: int, login: Login, directory: Path) -> AsyncIterator[Timed]:
    """asyncssh's `run` on a kept connection."""
    loop = asyncio.get_running_loop()
    async with connect(port, login) as connection:

        async def command() -> float:
            began = loop.time()
            await connection.run(COMMAND, check=True)
            return loop.time() - began

        yield command


Opened = AbstractAsyncContextManager[Timed]

KEPT: dict[str, Callable[[str, int, Login, Path], Opened]] = {
    "ssh": openssh_kept,
    "paramiko": paramiko_kept,
    "asyncssh": asyncssh_kept,
}
"""Clients on kept connections, by name. The first argument is the path of `ssh`."""
