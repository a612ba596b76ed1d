"""An HTTP server on a real socket that answers as it is told, for what no good server would do."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from harness.http_client import open_httpx
from harness.service.client import open_over_http
from harness.service.reference import ReferenceApi

__all__ = ["HANG", "HANG_UP", "OVER_HTTP", "Reply", "ScriptedServer", "Seen", "scripted_server"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    status: int
    body: Any = None
    problem: bool = False
    headers: dict[str, str] = field(default_factory=dict)


OVER_HTTP = open_over_http(open_httpx, ReferenceApi())
"""How a client reaches such a server."""

HANG = "hang"
HANG_UP = "hang up"
Action = Reply | str
Script = Callable[[Seen], Action]


@dataclass(slots=True)
class ScriptedServer:
    url: str
    seen: list[Seen]


@asynccontextmanager
async def scripted_server(script: Script) -> AsyncIterator[ScriptedServer]:
    """Serve on a free port; `script` decides each answer."""
    seen: list[Seen] = []
    ended = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (request := await _read(reader)) is not None:
                seen.append(request)
                action = script(request)
                if action == HANG:
                    await ended.wait()
                if not isinstance(action, Reply):
                    return
                writer.write(_render(action))
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    try:
        yield ScriptedServer(url=f"http://{host}:{port}", seen=seen)
    finally:
        ended.set()
        server.close()
        await server.wait_closed()


async def _read(reader: asyncio.StreamReader) -> Seen | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    method, path, _ = head[0].split(" ")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
    raw = await reader.readexactly(int(headers.get("content-length", "0")))
    return Seen(method=method, path=path, headers=headers, body=json.loads(raw) if raw else None)


def _render(reply: Reply) -> bytes:
    body = b"" if reply.body is None else json.dumps(reply.body).encode()
    kind = "application/problem+json" if reply.problem else "application/json"
    headers = {"Content-Type": kind, "Content-Length": str(len(body)), **reply.headers}
    lines = [f"HTTP/1.1 {reply.status} As-Told", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
