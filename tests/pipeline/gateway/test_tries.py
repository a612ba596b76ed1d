"""A gateway that is told to pass requests on again does so where it may, and writes down each try."""

import asyncio
import json
import socket
from collections.abc import Awaitable, Callable

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from connector.http_server import http_server
from pipeline.settings import GatewaySettings
from tests.pipeline.gateway.services import behind, one_route, raw_service, through

_TWICE = GatewaySettings(read=0.05, tries=2)


class Late:
    """A service that answers all but the first request, and knows what it was asked."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    async def __call__(self, request: Request) -> Response:
        self.bodies.append(await request.body())
        if len(self.bodies) == 1:
            await asyncio.sleep(1)
        return PlainTextResponse("at last")


def endings(lines: list[str]) -> list[list[str]]:
    return [[row["ending"] for row in json.loads(line)["tries"]] for line in lines]


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_an_idempotent_request_that_timed_out_is_passed_on_again_with_its_body(method: str) -> None:
    late, lines = Late(), list[str]()
    async with behind(one_route(late), _TWICE, lines.append) as client:
        reply = await client.request(method, "/x", content=b"abc", headers={"x-request-id": "a.1.1"})
    assert (reply.text, late.bodies) == ("at last", [b"abc", b"abc"])
    assert endings(lines) == [["read-timeout", "answered"]]
    said = json.loads(lines[0])
    assert (said["id"], said["method"], said["target"]) == ("a.1.1", method, "/x")
    assert all(row["began"] <= row["ended"] for row in said["tries"])


async def test_a_post_that_timed_out_is_passed_on_again_only_where_that_is_asked_for() -> None:
    once, twice = Late(), Late()
    async with behind(one_route(once), _TWICE) as client:
        assert (await client.post("/x", content=b"abc")).status_code == 504
    async with behind(one_route(twice), _TWICE.model_copy(update={"non_idempotent": True})) as client:
        assert (await client.post("/x", content=b"abc")).text == "at last"
    assert (once.bodies, twice.bodies) == ([b"abc"], [b"abc", b"abc"])


async def test_several_services_are_asked_in_turn_and_one_that_is_not_there_is_passed_over() -> None:
    asked = list[str]()

    def named(name: str) -> Callable[[Request], Awaitable[Response]]:
        async def answer(_: Request) -> Response:
            asked.append(name)
            return PlainTextResponse(name)

        return answer

    with socket.create_server(("127.0.0.1", 0)) as closed:
        nobody = f"http://127.0.0.1:{closed.getsockname()[1]}"
    async with http_server(one_route(named("a"))) as a, http_server(one_route(named("b"))) as b:
        async with through(a, _TWICE, further=[b]) as client:
            assert [(await client.post("/x")).text for _ in range(4)] == ["a", "b", "a", "b"]
        async with through(nobody, _TWICE, further=[a]) as client:
            assert [(await client.post("/x")).text for _ in range(3)] == ["a"] * 3
        async with through(nobody, GatewaySettings(), further=[a]) as client:
            assert [(await client.post("/x")).status_code for _ in range(4)] == [502, 200, 502, 200]


async def test_a_post_without_a_connection_is_passed_on_again_since_nothing_was_sent() -> None:
    lines = list[str]()
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    async with through(f"http://127.0.0.1:{port}", _TWICE, lines.append) as client:
        assert (await client.post("/x")).status_code == 502
    assert endings(lines) == [["refused", "refused"]]


async def test_a_body_too_long_to_be_kept_is_sent_once() -> None:
    late, lines = Late(), list[str]()
    async with behind(one_route(late), _TWICE, lines.append) as client:
        assert (await client.put("/x", content=b"x" * 100_000)).status_code == 504
    assert (len(late.bodies), endings(lines)) == (1, [["read-timeout"]])


async def test_a_connection_that_breaks_is_a_try_that_broke() -> None:
    lines = list[str]()

    async def close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")

    async with raw_service(close) as url, through(url, _TWICE, lines.append) as client:
        assert (await client.get("/x")).status_code == 502
    assert endings(lines) == [["broken", "broken"]]


async def test_all_tries_share_the_total_time() -> None:
    lines = list[str]()
    settings = GatewaySettings(read=0.2, total=0.3, tries=5)

    async def never(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with raw_service(never) as url, through(url, settings, lines.append) as client:
        assert (await client.get("/x")).status_code == 504
    assert endings(lines) == [["read-timeout", "read-timeout"]]


async def test_what_is_answered_at_once_is_not_written_down() -> None:
    async def answer(request: Request) -> Response:
        return PlainTextResponse("ok")

    lines = list[str]()
    async with behind(one_route(answer), _TWICE, lines.append) as client:
        assert [(await client.get("/x")).status_code for _ in range(2)] == [httpx.codes.OK] * 2
    assert lines == []
