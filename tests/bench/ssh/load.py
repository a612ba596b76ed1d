"""Load on a server: connections with one command each, and commands on a kept connection, by asyncssh's client."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncssh

from tests.bench.ssh.login import Login

__all__ = ["COMMAND", "commands", "connect", "connections"]

COMMAND = "ping"


@asynccontextmanager
async def connect(port: int, login: Login) -> AsyncIterator[asyncssh.SSHClientConnection]:
    """One connection, with the client's default settings but for the key exchange: the best that all servers know."""
    async with asyncssh.connect(
        "127.0.0.1",
        port,
        username=login.user,
        password=login.password,
        client_keys=None if login.password else [login.key.path],
        known_hosts=None,
        config=None,
        agent_path=None,
        kex_algs=["curve25519-sha256"],
    ) as connection:
        yield connection


async def connections(port: int, login: Login, count: int, *, at_a_time: int = 10, command: str = COMMAND) -> None:
    """So many connections, each logs in, runs one command and closes."""
    left = iter(range(count))

    async def client() -> None:
        for _ in left:
            async with connect(port, login) as connection:
                await connection.run(command, check=True)

    async with asyncio.TaskGroup() as clients:
        for _ in range(at_a_time):
            clients.create_task(client())


async def commands(port: int, login: Login, count: int, *, command: str = COMMAND) -> None:
    """So many commands, one after the other, on one connection."""
    async with connect(port, login) as connection:
        for _ in range(count):
            await connection.run(command, check=True)
