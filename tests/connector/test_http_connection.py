"""What a client may not do to an HTTP server: ask in two ways at once, be late, send without end, read nothing."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from connector.http_connection import HttpLimits
from connector.http_server import http_server

_HOST = "Host: here\r\n"
_LONG = 60.0


@dataclass(slots=True)
class Echo:
    """Answers with the body it got, once `leave` is set; notes the bodies, and how many clients left early."""

    leave: asyncio.Event = field(default_factory=asyncio.Event)
    bodies: list[bytes] = field(default_factory=list)
    left: int = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        try:
            body = await Request(scope, receive).body()
        except ClientDisconnect:
            self.left += 1
            return
        self.bodies.append(body)
        await self.leave.wait()
        await PlainTextResponse(body)(scope, receive, send)


@dataclass(frozen=True, slots=True)
class Peer:
    """A client that sends what it likes."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def send(self, text: str | bytes) -> None:
        self.writer.write(text.encode("latin-1") if isinstance(text, str) else text)

    def half_close(self, text: str) -> None:
        self.send(text)
        self.writer.write_eof()

    async def rest(self) -> bytes:
        """All that comes until the server closes."""
        return await self.reader.read()

    async def head(self) -> bytes:
        return await self.reader.readuntil(b"\r\n\r\n")


@asynccontextmanager
async def connected(app: Echo, limits: HttpLimits | None = None, *, keep_alive: int = 60) -> AsyncIterator[Peer]:
    async with http_server(app, limits=limits, keep_alive=keep_alive, grace=1) as url:
        host, _, port = url.removeprefix("http://").rpartition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        try:
            yield Peer(reader, writer)
        finally:
            app.leave.set()
            writer.close()


def ready() -> Echo:
    echo = Echo()
    echo.leave.set()
    return echo


def post(headers: str, body: str = "", *, target: str = "/", version: str = "1.1", host: str = _HOST) -> str:
    return f"POST {target} HTTP/{version}\r\n{host}{headers}\r\n{body}"


AMBIGUOUS = {
    "length and chunks": post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
    "chunks and length": post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n"),
    "two lengths": post("Content-Length: 5\r\nContent-Length: 6\r\n", "hello"),
    "the same length twice": post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"),
    "a list of lengths": post("Content-Length: 5, 5\r\n", "hello"),
    "a length with a sign": post("Content-Length: +5\r\n", "hello"),
    "a length with an underscore": post("Content-Length: 0_5\r\n", "hello"),
    "a hexadecimal length": post("Content-Length: 0x5\r\n", "hello"),
    "a folded header": post("X: a\r\n b\r\nContent-Length: 0\r\n"),
    "a bare line feed after a header": post("X: a\nContent-Length: 0\r\n"),
    "bare line feeds throughout": "POST / HTTP/1.1\nHost: here\nContent-Length: 0\n\n",
    "a bare carriage return": post("X: a\rb\r\nContent-Length: 0\r\n"),
    "a blank before the colon": post("Content-Length : 0\r\n"),
    "a nameless header": post(": a\r\nContent-Length: 0\r\n"),
    "a zero byte": post("X: a\0b\r\nContent-Length: 0\r\n"),
    "chunks ended by a bare line feed": post("Transfer-Encoding: chunked\r\n", "1\na\r\n0\r\n\r\n"),
    "a chunk longer than it says": post("Transfer-Encoding: chunked\r\n", "1\r\nab0\r\n\r\n"),
    "a chunk size with a prefix": post("Transfer-Encoding: chunked\r\n", "0x1\r\na\r\n0\r\n\r\n"),
    "a line feed in a chunk extension": post("Transfer-Encoding: chunked\r\n", "1;a\nb\r\na\r\n0\r\n\r\n"),
    "chunks twice": post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
    "a last coding that is not chunked": post("Transfer-Encoding: chunked, gzip\r\n", "0\r\n\r\n"),
    "chunks in HTTP/1.0": post("Transfer-Encoding: chunked\r\n", "0\r\n\r\n", version="1.0"),
    "no host": post("Content-Length: 0\r\n", host=""),
    "two hosts": post("Host: there\r\nContent-Length: 0\r\n"),
    "a host with a blank": post("Content-Length: 0\r\n", host="Host: a b\r\n"),
    "a host with a user": post("Content-Length: 0\r\n", host="Host: a@b\r\n"),
    "a host with a path": post("Content-Length: 0\r\n", host="Host: a/b\r\n"),
    "a target of raw bytes": post("Content-Length: 0\r\n", target="/\xe9"),
    "a method that nobody registered": "BREW / HTTP/1.1\r\nHost: here\r\n\r\n",
    "a method in lower case": "get / HTTP/1.1\r\nHost: here\r\n\r\n",
    "no HTTP at all": "SSH-2.0-OpenSSH_9.2\r\n\r\n",
}


@pytest.mark.parametrize("request_text", AMBIGUOUS.values(), ids=AMBIGUOUS.keys())
async def test_a_request_that_two_parsers_read_in_two_ways_is_refused_and_the_connection_closed(
    request_text: str,
) -> None:
    echo = ready()
    async with connected(echo) as peer:
        peer.send(request_text)
        peer.send("GET /smuggled HTTP/1.1\r\nHost: here\r\n\r\n")
        answer = await peer.rest()
    assert answer.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert answer.count(b"HTTP/1.1 ") == 1
    assert b"\r\nconnection: close\r\n" in answer
    assert echo.bodies == []


@pytest.mark.parametrize(
    ("request_text", "status"),
    [
        (post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), b"501 Not Implemented"),
        (post("Content-Length: 0\r\n", version="2.0"), b"505 HTTP Version Not Supported"),
        (post("Content-Length: 0\r\n", version="0.9"), b"505 HTTP Version Not Supported"),
        (post(f"X: {'a' * 40_000}\r\n"), b"431 Request Header Fields Too Large"),
    ],
    ids=["another coding", "version 2", "version 0.9", "a large head"],
)
async def test_what_is_not_served_is_said_with_its_own_status(request_text: str, status: bytes) -> None:
    async with connected(ready()) as peer:
        peer.send(request_text)
        assert (await peer.rest()).startswith(b"HTTP/1.1 " + status)


@pytest.mark.parametrize(
    "request_text",
    [
        post("Content-Length: 5\r\n", "hello"),
        post("Transfer-Encoding: Chunked\r\n", "5\r\nhello\r\n0\r\n\r\n"),
        post("Transfer-Encoding: chunked\r\n", "2;name=value\r\nhe\r\n3\r\nllo\r\n0\r\nX-Trailer: 1\r\n\r\n"),
        "\r\n" + post("Content-Length: 5\r\n", "hello"),
        post("Content-Length: 5\r\n", "hello", target="http://here/"),
        post("Content-Length: 5\r\n", "hello", host="Host: [::1]:8000\r\n"),
        post("Content-Length: 5\r\n", "hello", host="Host:\r\n"),
    ],
    ids=["length", "chunks", "extensions and trailers", "a blank line first", "absolute target", "IPv6", "empty host"],
)
async def test_a_request_as_the_standard_has_it_is_answered(request_text: str) -> None:
    async with connected(ready()) as peer:
        peer.send(request_text)
        assert (await peer.head()).startswith(b"HTTP/1.1 200 OK\r\n")
        assert await peer.reader.readexactly(5) == b"hello"


async def test_a_head_in_single_bytes_is_one_head() -> None:
    async with connected(ready()) as peer:
        for byte in post("Content-Length: 5\r\n", "hello").encode():
            peer.send(bytes([byte]))
            await peer.writer.drain()
        assert (await peer.head()).startswith(b"HTTP/1.1 200 OK\r\n")


async def test_many_requests_on_one_connection_are_answered_in_turn() -> None:
    async with connected(ready(), HttpLimits(largest_head=200)) as peer:
        peer.send("".join(post("Content-Length: 1\r\n", digit) for digit in "0123456789"))
        answers = [(await peer.head(), await peer.reader.readexactly(1))[1] for _ in range(10)]
    assert b"".join(answers) == b"0123456789"


async def test_a_refused_request_behind_one_under_way_does_not_disturb_its_answer() -> None:
    echo = Echo()
    async with connected(echo) as peer:
        peer.send(post("Content-Length: 5\r\n", "hello"))
        peer.send(post("X : a\r\n"))
        while not echo.bodies:
            await asyncio.sleep(0)
        asyncio.get_running_loop().call_later(0.02, echo.leave.set)
        answer = await peer.rest()
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answer.endswith(b"\r\n\r\nhello")
    assert answer.count(b"HTTP/1.1 ") == 1


async def test_a_body_that_goes_wrong_is_refused_and_the_application_told_that_the_client_left() -> None:
    echo = ready()
    async with connected(echo) as peer:
        peer.send(post("Transfer-Encoding: chunked\r\n", "1\r\na\r\nzz\r\n"))
        assert (await peer.rest()).startswith(b"HTTP/1.1 400 ")
        assert (echo.left, echo.bodies) == (1, [])


# Deadlines: the others are far off, so that only the one in question can end the connection.


async def test_a_connection_on_which_nothing_is_asked_is_closed_without_a_word() -> None:
    async with connected(ready(), HttpLimits(head=0.05, body=_LONG)) as peer:
        assert await peer.rest() == b""


@pytest.mark.parametrize("begun", ["GET", "GET / HTTP/1.1\r\nHost: here\r\n", "\r\n"])
async def test_a_head_that_does_not_end_is_given_up(begun: str) -> None:
    async with connected(ready(), HttpLimits(head=0.05, body=_LONG)) as peer:
        peer.send(begun)
        assert (await peer.rest()).startswith(b"HTTP/1.1 408 Request Timeout\r\n")


async def test_a_head_is_not_given_more_time_by_another_byte() -> None:
    async with connected(ready(), HttpLimits(head=0.2, body=_LONG)) as peer:
        loop = asyncio.get_running_loop()

        def trickle() -> None:
            peer.send("X: a\r\n")
            timers.append(loop.call_later(0.02, trickle))

        timers: list[asyncio.TimerHandle] = []
        peer.send("GET / HTTP/1.1\r\n")
        trickle()
        answer = await peer.rest()
        timers[-1].cancel()
    assert answer.startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize("second", ["GET / HTTP/1.1\r\n", "\r\n", "\r\n\r\n"])
async def test_the_next_head_on_a_kept_connection_has_its_deadline_too(second: str) -> None:
    async with connected(ready(), HttpLimits(head=0.05, body=_LONG)) as peer:
        peer.send(post("Content-Length: 2\r\n", "ok"))
        await peer.head()
        await peer.reader.readexactly(2)
        peer.send(second)
        assert (await peer.rest()).startswith(b"HTTP/1.1 408 ")


async def test_an_idle_kept_connection_is_closed() -> None:
    async with connected(ready(), HttpLimits(head=_LONG), keep_alive=0) as peer:
        peer.send(post("Content-Length: 2\r\n", "ok"))
        await peer.head()
        assert await peer.rest() == b"ok"


async def test_a_body_that_does_not_end_is_given_up_and_the_application_told() -> None:
    echo = ready()
    async with connected(echo, HttpLimits(head=_LONG, body=0.05)) as peer:
        peer.send(post("Content-Length: 5\r\n", "hel"))
        assert (await peer.rest()).startswith(b"HTTP/1.1 408 ")
        assert echo.left == 1


async def test_a_body_that_nobody_waits_for_is_given_up_too() -> None:
    async def refuses(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await PlainTextResponse("no", 403)(scope, receive, send)

    async with http_server(refuses, limits=HttpLimits(head=_LONG, body=0.05), keep_alive=60, grace=1) as url:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
        writer.write(post("Content-Length: 5\r\n", "hel").encode())
        answer = await reader.read()
        writer.close()
    assert answer.startswith(b"HTTP/1.1 403 ")
    assert answer.count(b"HTTP/1.1 ") == 1


async def test_a_slow_application_has_all_the_time_it_needs() -> None:
    echo = Echo()
    async with connected(echo, HttpLimits(head=0.02, body=0.02)) as peer:
        peer.send(post("Content-Length: 5\r\n", "hello"))
        asyncio.get_running_loop().call_later(0.2, echo.leave.set)
        assert (await peer.head()).startswith(b"HTTP/1.1 200 OK\r\n")


async def test_a_client_that_reads_nothing_of_its_answer_loses_its_connection() -> None:
    ended = asyncio.Event()

    async def endless(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        await receive()
        left = asyncio.ensure_future(receive())
        await send({"type": "http.response.start", "status": 200, "headers": []})
        while not left.done():
            await send({"type": "http.response.body", "body": b"x" * 65_536, "more_body": True})
            await asyncio.sleep(0)
        ended.set()

    async with http_server(endless, limits=HttpLimits(head=_LONG, body=_LONG, write=0.05), keep_alive=60) as url:
        with socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2]))) as deaf:
            deaf.sendall(post("Content-Length: 0\r\n").encode())
            await ended.wait()


async def test_what_a_refused_client_still_sends_is_read_so_that_it_sees_its_answer() -> None:
    async with connected(ready()) as peer:
        peer.send(post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"))
        head = await peer.head()
        peer.send(b"x" * 1_000_000)
        await peer.writer.drain()
        assert head.startswith(b"HTTP/1.1 400 ")
        assert b"Content-Length" in await peer.rest()


async def test_white_space_around_a_value_is_none_of_it() -> None:
    seen: list[bytes] = []

    async def headers(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            seen.extend(value for name, value in scope["headers"] if name == b"x")
            await PlainTextResponse("ok")(scope, receive, send)

    async with http_server(headers) as url:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
        writer.write(
            f"GET / HTTP/1.1\r\n{_HOST}X: \t a b \t\r\nContent-Length: 0 \r\nConnection: close \r\n\r\n".encode()
        )
        assert (await reader.read()).startswith(b"HTTP/1.1 200 ")
        writer.close()
    assert seen == [b"a b"]


@pytest.mark.parametrize(
    ("request_text", "detail"),
    [
        (f"GET http://here:x/ HTTP/1.1\r\n{_HOST}\r\n", "the target of the request is not a path"),
        (post("Content-Length: 0\r\nX : a\r\n"), "malformed request: "),
    ],
)
async def test_a_refusal_is_a_problem_that_says_what_is_wrong(request_text: str, detail: str) -> None:
    async with connected(ready()) as peer:
        peer.send(request_text)
        head, _, body = (await peer.rest()).partition(b"\r\n\r\n")
    assert b"content-type: application/problem+json" in head
    problem = json.loads(body)
    assert (problem["status"], problem["title"]) == (400, "Bad Request")
    assert problem["detail"].startswith(detail)


async def test_a_client_that_sends_its_request_and_shuts_its_side_down_gets_its_answer() -> None:
    echo = Echo()
    async with connected(echo) as peer:
        peer.half_close(post("Content-Length: 5\r\n", "hello"))
        while not echo.bodies:
            await asyncio.sleep(0)
        echo.leave.set()
        answer = await peer.rest()  # to the end of the connection, whether the answer's head announces it or not
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answer.endswith(b"\r\n\r\nhello")


async def test_so_does_one_that_has_sent_several() -> None:
    async with connected(ready()) as peer:
        peer.half_close("".join(post(f"Content-Length: {len(body)}\r\n", body) for body in ("a", "bb", "ccc")))
        answer = await peer.rest()
    assert answer.count(b"HTTP/1.1 200 OK\r\n") == 3
    assert answer.endswith(b"\r\n\r\nccc")


@pytest.mark.parametrize("text", ["", "POST / HTTP/1.1\r\nHo", post("Content-Length: 6\r\n", "hello")])
async def test_a_client_that_shuts_its_side_down_before_its_request_is_whole_is_gone(text: str) -> None:
    echo = ready()
    async with connected(echo) as peer:
        peer.half_close(text)
        assert await peer.rest() == b""
    assert echo.bodies == []


@pytest.mark.parametrize("protocol", ["h2c", "websocket", "TLS/1.0"])
@pytest.mark.parametrize(
    ("headers", "body"),
    [("Content-Length: 5\r\n", "hello"), ("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n\r\n")],
)
@pytest.mark.parametrize("pieces", [1, 0])
async def test_who_offers_another_protocol_is_served_in_this_one_and_so_is_what_follows(
    protocol: str, headers: str, body: str, pieces: int
) -> None:
    """As clients do that would rather speak HTTP/2 (Java's `HttpClient`, `curl --http2`)."""
    echo = ready()
    text = post(f"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: {protocol}\r\nHTTP2-Settings: AA\r\n{headers}", body)
    async with connected(echo) as peer:
        for part in [text * 2] if pieces else list(text * 2):
            peer.send(part)
            await asyncio.sleep(0)
        peer.writer.write_eof()
        answer = await peer.rest()
    assert echo.bodies == [b"hello"] * 2
    assert answer.count(b"HTTP/1.1 200 OK\r\n") == 2


async def test_a_tunnel_is_refused() -> None:
    echo = ready()
    async with connected(echo) as peer:
        peer.send("CONNECT there:80 HTTP/1.1\r\nHost: there\r\n\r\nGET / HTTP/1.1\r\nHost: here\r\n\r\n")
        answer = await peer.rest()
    assert answer.startswith(b"HTTP/1.1 501 Not Implemented\r\n")
    assert echo.bodies == []
