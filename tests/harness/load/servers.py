"""A server that answers every request with an empty list, and stands still for a while when it is told to."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

__all__ = ["stalling_server"]

_BODY = b'{"items":[]}'
_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(_BODY)


@asynccontextmanager
async def stalling_server(*, after: float = 0.0, seconds: float = 0.0, apart: float = 0.0) -> AsyncIterator[str]:
    """Its URL. after: so long after its first request it stands still, for so many seconds.

    apart: seconds from the head of an answer to its body.
    """
    loop = asyncio.get_running_loop()
    first: list[float] = []
    open_ones: set[asyncio.StreamWriter] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        open_ones.add(writer)
        try:
            while True:
                await reader.readuntil(b"\r\n\r\n")
                first[:] = first or [loop.time()]
                since = loop.time() - first[0]
                if after <= since < after + seconds:
                    await asyncio.sleep(after + seconds - since)
                writer.write(_HEAD)
                if apart:
                    await asyncio.sleep(apart)
                writer.write(_BODY)
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            open_ones.discard(writer)
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=1024)
    host, port = server.sockets[0].getsockname()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.close()
        for writer in [*open_ones]:
            writer.close()
        await server.wait_closed()
        while open_ones:
            await asyncio.sleep(0)
