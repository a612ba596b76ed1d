"""One raw SSH connection: command lines as bytes, sessions that read slowly, connections that end at a chosen moment.

What the SSH client of `connector.ssh` never does, and other clients may.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import asyncssh

from connector.protocol import Deadlines, WireReply
from connector.ssh.login import log_in
from connector.ssh.trust import options_of
from connector.targets import Target
from harness.contract.findings import Undecided

__all__ = ["RawConnection", "RawReply", "RawSession", "raw_connection"]

_REPLY = 4 * 2**20
"""Bytes of a reply that are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawReply:
    """What one session left. status: None without an exit status. ended: the other side closed in good order."""

    status: int | None
    stdout: bytes
    stderr: bytes
    ended: bool

    def decoded(self) -> WireReply:
        """As a dialect reads it. Raises `UnicodeDecodeError`."""
        return WireReply(status=self.status, stdout=self.stdout.decode(), stderr=self.stderr.decode())


class RawSession(asyncssh.SSHClientSession[bytes]):
    """One session, as it comes. held: nothing is read until `resume`."""

    def __init__(self, *, held: bool) -> None:
        self._held = held
        self._status: int | None = None
        self._ended = False
        self._parts: dict[int | None, list[bytes]] = {None: [], asyncssh.EXTENDED_DATA_STDERR: []}
        self._size = 0
        self.channel: asyncssh.SSHClientChannel[bytes] | None = None
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.began: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, chan: "asyncssh.SSHClientChannel[bytes]") -> None:
        self.channel = chan

    def session_started(self) -> None:
        if self._held and self.channel is not None:
            asyncio.get_running_loop().call_soon(self.channel.pause_reading)

    def data_received(self, data: bytes, datatype: int | None) -> None:
        self._size += len(data)
        if self._size <= _REPLY:
            self._parts[datatype].append(data)
        if not self.began.done():
            self.began.set_result(None)

    def exit_status_received(self, status: int) -> None:
        self._status = status

    def eof_received(self) -> bool:
        self._ended = True
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self._ended = self._ended and exc is None
        for waited in (self.over, self.began):
            if not waited.done():
                waited.set_result(None)

    def resume(self) -> None:
        if self.channel is not None:
            self.channel.resume_reading()

    async def reply(self, seconds: float) -> RawReply:
        """Raises `TimeoutError`."""
        async with asyncio.timeout(seconds):
            await asyncio.shield(self.over)
        stdout, stderr = (b"".join(parts) for parts in self._parts.values())
        return RawReply(status=self._status, stdout=stdout, stderr=stderr, ended=self._ended)


class RawConnection:
    """One connection that has logged in."""

    def __init__(self, connection: asyncssh.SSHClientConnection, deadlines: Deadlines) -> None:
        self._connection = connection
        self._deadlines = deadlines

    async def start(self, line: str | bytes | None, *, held: bool = False, **options: Any) -> RawSession:
        """Open a session and send a command line; None: a shell. Raises `asyncssh.Error` and `TimeoutError`.

        options: as `create_session` of asyncssh takes them.
        """
        session = RawSession(held=held)
        command: Any = line.encode() if isinstance(line, str) else line
        async with asyncio.timeout(self._deadlines.channel + self._deadlines.command):
            await self._connection.create_session(lambda: session, command, encoding=None, **options)
        return session

    async def run(self, line: str | bytes, **options: Any) -> RawReply:
        """Raises `asyncssh.Error` and `TimeoutError`."""
        session = await self.start(line, **options)
        return await session.reply(self._deadlines.command)

    def cut(self) -> None:
        """End the connection at once, without a word."""
        self._connection.abort()

    async def close(self) -> None:
        self._connection.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._deadlines.connect):
                await self._connection.wait_closed()


@asynccontextmanager
async def raw_connection(target: Target, deadlines: Deadlines) -> AsyncIterator[RawConnection]:
    """Raises `CallStopped` where it cannot be had, and `Undecided` where asyncssh gives up within the block."""
    connection, _ = await log_in(options_of(target), target, deadlines)
    raw = RawConnection(connection, deadlines)
    try:
        yield raw
    except (asyncssh.Error, TimeoutError, OSError) as error:
        raise Undecided(f"the connection broke: {str(error) or type(error).__name__}") from error
    finally:
        await raw.close()
