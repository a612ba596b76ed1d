"""A service that does what its paths say, for the gateways before it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

__all__ = ["OddService", "odd_service"]


class OddService:
    """seen: the requests that came, as `METHOD PATH`. release: lets those to `/hang` be answered. left: set once one
    of those who waited has gone."""

    def __init__(self) -> None:
        self.url = ""
        self.seen: list[str] = []
        self.heads: list[bytes] = []
        self.release = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._answer(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = await reader.readuntil(b"\r\n\r\n")
        method, target, _ = head.split(b"\r\n")[0].decode().split(" ")
        self.seen.append(f"{method} {target}")
        self.heads.append(head)
        match target:
            case "/hang":
                await self.release.wait()
            case "/deaf":
                writer.transport.pause_reading()  # type: ignore[attr-defined]  # a socket's has it
                await self.release.wait()
            case "/close":
                return False
            case "/half":
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")
                await writer.drain()
                return False
            case "/504":
                writer.write(b"HTTP/1.1 504 Gateway Timeout\r\nContent-Length: 0\r\n\r\n")
                return True
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        return True


@asynccontextmanager
async def odd_service(host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[OddService]:
    """One that is served while the context lasts."""
    service = OddService()
    server = await asyncio.start_server(service.serve, host, port)
    name, number = server.sockets[0].getsockname()[:2]
    service.url = f"http://[{name}]:{number}" if ":" in name else f"http://{name}:{number}"
    assert urlsplit(service.url).port == number
    try:
        yield service
    finally:
        service.release.set()
        server.close()
