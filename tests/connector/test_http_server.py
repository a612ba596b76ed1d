"""The server around the applications of the pipeline."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.utils import parsedate_to_datetime

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from connector.errors import ListenError
from connector.http_server import http_server


async def hello(_: Request) -> Response:
    return PlainTextResponse("hello")


def greeting() -> Starlette:
    return Starlette(routes=[Route("/", hello)])


async def test_it_answers_at_the_url_that_it_gives() -> None:
    async with http_server(greeting()) as url, httpx.AsyncClient(base_url=url, verify=False) as client:
        reply = await client.get("/")
    assert (reply.status_code, reply.text) == (200, "hello")
    assert parsedate_to_datetime(reply.headers["date"]).tzinfo is not None


async def test_two_servers_have_ports_of_their_own() -> None:
    async with http_server(greeting()) as one, http_server(greeting()) as other:
        assert one != other


async def test_a_port_that_is_taken_is_one_clear_error() -> None:
    async with http_server(greeting()) as url:
        port = int(url.rpartition(":")[2])
        with pytest.raises(ListenError, match=rf"^127.0.0.1:{port}: cannot listen: "):
            async with http_server(greeting(), port=port):
                pass


async def test_an_application_that_does_not_start_is_one_clear_error() -> None:
    async def broken(_: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.failed", "message": "no database"})

    with pytest.raises(ListenError, match="did not start"):
        async with http_server(broken):
            pass


async def test_the_lifespan_of_the_application_is_kept() -> None:
    steps: list[str] = []

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        steps.append("begins")
        yield
        steps.append("ends")

    async with http_server(Starlette(lifespan=lifespan)):
        assert steps == ["begins"]
    assert steps == ["begins", "ends"]


async def test_the_error_of_the_body_comes_out_as_it_is() -> None:
    with pytest.raises(KeyError, match="mine"):
        async with http_server(greeting()):
            raise KeyError("mine")


async def test_signal_handlers_stay_as_they_are() -> None:
    before = signal.getsignal(signal.SIGTERM)
    async with http_server(greeting()):
        assert signal.getsignal(signal.SIGTERM) is before


async def test_a_request_under_way_is_answered_before_the_end() -> None:
    entered, leave = asyncio.Event(), asyncio.Event()

    async def slow(_: Request) -> Response:
        entered.set()
        await leave.wait()
        return PlainTextResponse("done")

    app = Starlette(routes=[Route("/", slow)])
    async with (
        httpx.AsyncClient(verify=False) as client,
        asyncio.TaskGroup() as tasks,
        http_server(app, grace=30) as url,
    ):
        asked = tasks.create_task(client.get(url))
        await entered.wait()
        asyncio.get_running_loop().call_later(0.01, leave.set)
    assert asked.result().text == "done"
