"""A bare TCP client, to see what a server truly sends."""

import asyncio
import fcntl
import struct
import termios
from types import TracebackType
from typing import Self

from fake_clusters.server.front import SshFront

__all__ = ["Raw"]


class Raw:
    """One connection. Reading raises `ConnectionResetError` after a reset."""

    def __init__(self, front: SshFront) -> None:
        self._address = front.address

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection(*self._address)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.transport.abort()
        await asyncio.sleep(0)

    def send(self, data: bytes) -> None:
        self._writer.write(data)

    async def line(self) -> bytes:
        return await self._reader.readline()

    async def take(self, count: int) -> bytes:
        return await self._reader.readexactly(count)

    async def rest(self) -> bytes:
        """Everything until the server ends."""
        return await self._reader.read()

    async def taken(self) -> None:
        """Wait until the server's kernel has acknowledged all that was sent."""
        socket = self._writer.get_extra_info("socket")
        while struct.unpack("i", fcntl.ioctl(socket.fileno(), termios.TIOCOUTQ, b"\0" * 4))[0]:
            await asyncio.sleep(0.005)

    async def reset(self) -> None:
        """Go on sending until the server answers with a reset."""
        while True:
            self._writer.write(b"?")
            await self._writer.drain()
            await asyncio.sleep(0.02)
