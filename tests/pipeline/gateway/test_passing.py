"""What passes through the gateway, and what does not."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from connector.clock import steady_clock
from pipeline.api.app import create_api
from pipeline.settings import ApiSettings
from pipeline.store.sqlite import open_store
from pipeline.uuid7 import uuid7_maker
from tests.pipeline.gateway.services import behind, one_route, raw_service, through


async def mirror(request: Request) -> Response:
    """Tells what arrived."""
    return JSONResponse(
        {
            "method": request.method,
            "path": request.scope["raw_path"].decode(),
            "query": request.scope["query_string"].decode(),
            "headers": [(name.decode(), value.decode()) for name, value in request.scope["headers"]],
            "body": (await request.body()).decode(),
        }
    )


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"])
async def test_method_target_and_body_arrive_as_they_were_sent(method: str) -> None:
    target = "/a%2Fb/%C3%A4//c/;d?x=1&x=%20+&y"
    async with behind(one_route(mirror)) as client:
        reply = await client.request(method, target, content=b"hello")
    seen = reply.json()
    assert (seen["method"], f"{seen['path']}?{seen['query']}", seen["body"]) == (method, target, "hello")


async def test_headers_of_one_hop_do_not_pass() -> None:
    headers = {
        "Connection": "keep-alive, X-Secret",
        "X-Secret": "1",
        "TE": "trailers",
        "Proxy-Authorization": "Basic x",
        "Keep-Alive": "timeout=5",
        "Upgrade": "h2c",
        "X-Kept": "2",
        "Idempotency-Key": "k",
    }
    async with behind(one_route(mirror)) as client:
        seen = dict((await client.get("/", headers=headers)).json()["headers"])
    assert not {"x-secret", "te", "proxy-authorization", "keep-alive", "upgrade", "transfer-encoding"} & set(seen)
    assert (seen["x-kept"], seen["idempotency-key"]) == ("2", "k")


async def test_the_service_is_told_who_asked_and_where() -> None:
    async with behind(one_route(mirror)) as client:
        seen = dict((await client.get("/", headers={"X-Forwarded-For": "10.0.0.1"})).json()["headers"])
        asked = client.base_url.netloc.decode()
    assert seen["x-forwarded-for"] == "10.0.0.1, 127.0.0.1"
    assert (seen["x-forwarded-host"], seen["x-forwarded-proto"]) == (asked, "http")
    assert seen["host"] != asked


async def test_a_request_id_passes_both_ways_or_is_made() -> None:
    async with behind(one_route(mirror)) as client:
        given = await client.get("/", headers={"X-Request-Id": "mine"})
        made = await client.get("/")
        unfit = await client.get("/", headers={"X-Request-Id": "x" * 200})
    for reply, id in ((given, "mine"), (made, "made-here"), (unfit, "made-here")):
        assert dict(reply.json()["headers"])["x-request-id"] == id
        assert reply.headers.get_list("x-request-id") == [id]


async def test_an_answer_arrives_as_it_was_given() -> None:
    async def answer(_: Request) -> Response:
        response = Response(b"\x1f\x8b not unpacked", status_code=418, headers={"Content-Encoding": "gzip"})
        response.headers.append("Set-Cookie", "a=1")
        response.headers.append("Set-Cookie", "b=2")
        response.headers.append("Location", "/v1/shares/north/a%20b")
        return response

    async with behind(one_route(answer)) as client, client.stream("GET", "/") as reply:
        body = b"".join([chunk async for chunk in reply.aiter_raw()])
    assert (reply.status_code, body) == (418, b"\x1f\x8b not unpacked")
    assert reply.headers.get_list("set-cookie") == ["a=1", "b=2"]
    assert reply.headers["location"] == "/v1/shares/north/a%20b"
    assert len(reply.headers.get_list("date")) == 1


async def test_head_and_204_have_no_body_and_the_connection_goes_on() -> None:
    async def answer(request: Request) -> Response:
        return Response(status_code=204) if request.url.path == "/none" else Response(b"12345")

    async with behind(one_route(answer)) as client:
        head = await client.head("/")
        none = await client.get("/none")
        get = await client.get("/")
    assert (head.headers["content-length"], head.content) == ("5", b"")
    assert (none.status_code, none.content, get.content) == (204, b"", b"12345")


async def test_an_answer_is_streamed() -> None:
    """The first part arrives while the service still holds the second."""
    seen = asyncio.Event()

    async def parts() -> AsyncIterator[bytes]:
        yield b"first"
        await seen.wait()
        yield b"second"

    async def answer(_: Request) -> Response:
        return StreamingResponse(parts())

    async with behind(one_route(answer)) as client, client.stream("GET", "/") as reply:
        chunks = reply.aiter_raw()
        assert await anext(chunks) == b"first"
        seen.set()
        assert [chunk async for chunk in chunks] == [b"second"]


async def test_a_body_is_streamed() -> None:
    """The service has the first part while the client still holds the second."""
    arrived = asyncio.Event()

    async def answer(request: Request) -> Response:
        parts = []
        async for chunk in request.stream():
            parts.append(chunk.decode())
            arrived.set()
        return JSONResponse([part for part in parts if part])

    async def body() -> AsyncIterator[bytes]:
        yield b"first"
        await arrived.wait()
        yield b"second"

    async with behind(one_route(answer)) as client:
        reply = await client.post("/", content=body())
    assert reply.json() == ["first", "second"]


async def test_a_post_is_asked_once_however_it_ends() -> None:
    asked: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))

    async with raw_service(talk) as url, through(url) as client:
        for method in ("POST", "GET"):
            assert (await client.request(method, "/")).status_code == 502
    assert [line.split()[0] for line in asked] == [b"POST", b"GET"]


async def test_the_api_behind_the_gateway_is_the_api(tmp_path: Path) -> None:
    clock = steady_clock(asyncio.get_running_loop())
    async with open_store(tmp_path / "store.db", clock) as store:
        app = create_api(store, ApiSettings(), clock=clock, new_id=uuid7_maker(clock))
        async with behind(app) as client:
            made = await client.post("/v1/shares", json={"location": "north", "name": "a b", "size": 1})
            shown = await client.get(made.headers["location"])
            refused = await client.delete(made.headers["location"])
            options = await client.options("/v1/shares")
    assert (made.status_code, shown.json()) == (202, made.json())
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD")
    assert options.headers["allow"] == "GET, HEAD, OPTIONS, POST"


async def test_a_target_that_is_no_path_is_refused() -> None:
    async with behind(one_route(mirror)) as client:
        url = client.base_url.copy_with(raw_path=b"/")
        request = httpx.Request("OPTIONS", url, extensions={"target": b"*"})
        reply = await client.send(request)
    assert (reply.status_code, json.loads(reply.content)["type"]) == (400, "/problems/invalid-request")
