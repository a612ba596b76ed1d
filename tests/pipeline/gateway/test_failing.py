"""How the gateway fails: with the status, and the blame, that a real one gives."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from pipeline.settings import GatewaySettings
from tests.pipeline.gateway.services import behind, one_route, raw_service, through

SHORT = 0.05


def cause(reply: httpx.Response) -> tuple[int, str]:
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.headers["x-request-id"] == "made-here"
    return reply.status_code, reply.json()["type"].removeprefix("/problems/")


class Slow:
    """A service that answers when it is let, and remembers whether it came to its end."""

    def __init__(self) -> None:
        self.entered = asyncio.Event()
        self.leave = asyncio.Event()
        self.ended = asyncio.Event()

    async def __call__(self, request: Request) -> Response:
        await request.body()
        self.entered.set()
        await self.leave.wait()
        self.ended.set()
        return PlainTextResponse("at last")


@pytest.mark.parametrize("settings", [GatewaySettings(read=SHORT), GatewaySettings(total=SHORT)], ids=["read", "total"])
async def test_a_service_that_is_silent_is_a_504_blamed_on_its_reply_and_goes_on(settings: GatewaySettings) -> None:
    slow = Slow()
    async with behind(one_route(slow), settings) as client:
        reply = await client.post("/v1/shares", json={"name": "a"})
        assert cause(reply) == (504, "gateway-timeout")
        assert reply.headers["spoolproof-timeout"] == "gateway; site=gateway.reply"
        assert not slow.ended.is_set()
        slow.leave.set()
        await slow.ended.wait()  # what the client was told is an error was done


async def test_an_answer_that_drips_is_cut_by_the_total_alone() -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        while True:
            writer.write(b"X")
            await writer.drain()
            await asyncio.sleep(SHORT / 10)

    async with raw_service(drip) as url, through(url, GatewaySettings(read=5.0, total=SHORT)) as client:
        reply = await client.get("/")
    assert (cause(reply), reply.headers["spoolproof-timeout"]) == (
        (504, "gateway-timeout"), "gateway; site=gateway.reply",
    )  # fmt: skip


async def test_a_stream_of_events_ends_whole_at_the_total_so_that_its_client_comes_back(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def events() -> AsyncIterator[bytes]:
        yield b"id: 7\ndata: {}\n\n"
        await asyncio.Event().wait()

    async def stream(request: Request) -> Response:
        return StreamingResponse(events(), media_type="text/event-stream")

    async with behind(one_route(stream), GatewaySettings(read=5.0, total=SHORT)) as client:
        reply = await client.get("/")  # httpx raises where a body does not come to its end
    assert (reply.status_code, reply.text) == (200, "id: 7\ndata: {}\n\n")
    assert not caplog.records


@contextlib.contextmanager
def deaf_address() -> Iterator[str]:
    """An address that never completes a connection: its backlog is full, so that further SYNs are dropped."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port = listener.getsockname()[1]
        for _ in range(2):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", port))
        yield f"http://127.0.0.1:{port}"


async def test_a_service_that_does_not_take_the_connection_is_a_504_blamed_on_the_request() -> None:
    with deaf_address() as url:
        async with through(url, GatewaySettings(connect=SHORT)) as client:
            reply = await client.get("/")
    assert cause(reply) == (504, "gateway-timeout")
    assert reply.headers["spoolproof-timeout"] == "gateway; site=gateway.request"


async def test_a_service_that_is_not_there_is_a_502() -> None:
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))  # bound, so that nobody else gets it; not listening
        async with through(f"http://127.0.0.1:{unheard.getsockname()[1]}") as client:
            reply = await client.post("/", json={})
    assert cause(reply) == (502, "bad-gateway")
    assert "nothing was sent" in reply.json()["detail"]
    assert "spoolproof-timeout" not in reply.headers


def _reset(writer: asyncio.StreamWriter) -> None:
    peer = writer.get_extra_info("socket")
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


@pytest.mark.parametrize("answer", [None, b"", b"SSH-2.0-OpenSSH_9.2\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Le"])
async def test_a_service_that_breaks_off_or_speaks_no_http_is_a_502(answer: bytes | None) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        if answer is None:
            _reset(writer)
        else:
            writer.write(answer)

    async with raw_service(talk) as url, through(url) as client:
        assert cause(await client.get("/")) == (502, "bad-gateway")


async def test_an_answer_that_breaks_off_in_its_body_breaks_off_for_the_client() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of it")

    async with raw_service(talk) as url, through(url) as client:
        with pytest.raises(httpx.RemoteProtocolError):
            await client.get("/")


async def test_a_gateway_that_is_full_is_a_503_and_asks_nobody() -> None:
    slow = Slow()
    async with behind(one_route(slow), GatewaySettings(max_connections=1)) as client, asyncio.TaskGroup() as tasks:
        first = tasks.create_task(client.get("/"))
        await slow.entered.wait()
        reply = await client.get("/")
        assert (cause(reply), reply.headers["retry-after"]) == ((503, "gateway-full"), "1")
        slow.leave.set()
        assert (await first).text == "at last"
        assert (await client.get("/")).text == "at last"


async def test_a_client_who_leaves_does_not_stop_what_it_asked_for() -> None:
    slow = Slow()
    async with behind(one_route(slow)) as client:
        asked = asyncio.ensure_future(client.post("/", json={}))
        await slow.entered.wait()
        asked.cancel()
        slow.leave.set()
        await slow.ended.wait()


async def test_a_client_who_leaves_in_the_middle_of_its_body_leaves_half_a_request() -> None:
    ends: asyncio.Queue[bytes] = asyncio.Queue()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ends.put_nowait((await reader.read()).partition(b"\r\n\r\n")[2])

    async with raw_service(talk) as url, through(url) as client:
        port = client.base_url.port
        assert port is not None
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf ")
        await writer.drain()
        writer.close()
        assert await ends.get() in {b"", b"half "}


async def test_a_client_who_is_slow_with_its_body_is_told_so() -> None:
    async def read_it(request: Request) -> Response:
        with contextlib.suppress(Exception):
            await request.body()
        return PlainTextResponse("all")

    async with behind(one_route(read_it), GatewaySettings(total=SHORT)) as client:
        port = client.base_url.port
        assert port is not None
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf ")
        status = await reader.readline()
        writer.close()
    assert status == b"HTTP/1.1 408 Request Timeout\r\n"


async def test_a_504_of_the_service_is_the_services() -> None:
    async def answer(_: Request) -> Response:
        return Response(status_code=504, headers={"Spoolproof-Timeout": "api; site=ssh.connect"})

    async with behind(one_route(answer)) as client:
        reply = await client.get("/")
    assert reply.headers["spoolproof-timeout"] == "api; site=ssh.connect"
