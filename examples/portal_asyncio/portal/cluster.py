"""Commands to a storage cluster, over SSH: one connection per cluster, opened anew when it is lost."""

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import asyncssh

TIMEOUT = 1.0
"""Seconds for a connection with its login, and for each command."""

NOT_FOUND = 11
DEFINITE = range(10, 22)
"""Exit statuses that say for certain that nothing happened, and that asking again is of no use."""


class Refused(Exception):
    """The cluster refused the command: nothing happened, and nothing will."""


class Unclear(Exception):
    """No clear answer came: the command may have been carried out, or may still be."""


def known() -> dict[str, dict[str, Any]]:
    """The clusters that the portal serves, by location: where each is, and how to log in."""
    clusters = json.loads(Path(os.environ["SPOOLPROOF_CLUSTERS"]).read_text(encoding="utf-8"))["clusters"]
    return {cluster["name"]: cluster for cluster in clusters}


class Clusters:
    """The connections of one process."""

    def __init__(self) -> None:
        self._known = known()
        self._open: dict[str, asyncssh.SSHClientConnection] = {}
        self._opening = {location: asyncio.Lock() for location in self._known}

    async def run(self, location: str, command: str) -> str:
        """What a command prints. Raises `Refused` or `Unclear`."""
        connection = await self._connection(location)
        try:
            async with asyncio.timeout(TIMEOUT):
                done = await connection.run(command)
        except (TimeoutError, OSError, asyncssh.Error) as error:
            self._drop(location, connection)
            raise Unclear(f"{command.split()[1]}: {type(error).__name__}: {error}") from error
        if done.exit_status in DEFINITE:
            raise Refused(done.exit_status, str(done.stderr).strip())
        if done.exit_status != 0:  # None where the connection was lost
            raise Unclear(f"exit status {done.exit_status}")
        return str(done.stdout)

    async def _connection(self, location: str) -> asyncssh.SSHClientConnection:
        async with self._opening[location]:
            connection = self._open.get(location)
            if connection is None or connection.is_closed():
                connection = self._open[location] = await self._opened(self._known[location])
            return connection

    async def _opened(self, cluster: dict[str, Any]) -> asyncssh.SSHClientConnection:
        try:
            async with asyncio.timeout(TIMEOUT):
                return await asyncssh.connect(
                    cluster["host"],
                    cluster["port"],
                    username=cluster["username"],
                    client_keys=[cluster["client_key"]],
                    known_hosts=os.environ["SPOOLPROOF_KNOWN_HOSTS"],
                    config=None,
                    agent_path=None,
                )
        except (TimeoutError, OSError, asyncssh.Error) as error:
            raise Unclear(f"no connection: {type(error).__name__}: {error}") from error

    def _drop(self, location: str, connection: asyncssh.SSHClientConnection) -> None:
        connection.abort()
        if self._open.get(location) is connection:
            del self._open[location]

    async def show(self, location: str, name: str) -> dict[str, Any] | None:
        """The share, or None. Raises `Unclear`."""
        try:
            share: dict[str, Any] = json.loads(await self.run(location, f"share show {name}"))["share"]
        except (ValueError, LookupError, TypeError) as error:
            raise Unclear("the answer cannot be read") from error
        except Refused as error:
            if error.args[0] == NOT_FOUND:
                return None
            raise Unclear(*error.args) from error
        return share

    async def create(self, location: str, name: str, size: int, stamp: str, mark: str) -> None:
        """Make a share that bears a mark. A stamp that comes again is not carried out again: so for all."""
        await self.run(location, f"share create {name} --size {size} {stamp} --mark {mark}")

    async def resize(self, location: str, name: str, size: int, stamp: str) -> None:
        await self.run(location, f"share resize {name} --size {size} {stamp}")

    async def delete(self, location: str, name: str, stamp: str, mark: str) -> None:
        """Remove the share of that name if it bears the mark: another one stays, and so does one that is not there."""
        try:
            await self.run(location, f"share delete {name} {stamp} --mark {mark}")
        except Refused as error:
            if error.args[0] != NOT_FOUND:
                raise
