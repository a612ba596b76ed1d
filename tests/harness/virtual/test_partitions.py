"""A partition between two hosts holds for HTTP too, whether a request is a call of the application or bytes."""

import asyncio
from collections.abc import Callable

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from harness.http_client import HttpRequest
from harness.virtual.direct_http import DirectHttp
from harness.virtual.hosts import Host
from harness.virtual.loop import run_virtually
from harness.virtual.memory_http import MemoryHttp
from harness.virtual.network import Network
from harness.virtual.transports import HttpTransport

ROADS: dict[str, Callable[[Network], HttpTransport]] = {
    "calls": lambda net: DirectHttp(net.partitions),
    "bytes": lambda net: MemoryHttp(),
}

Told = tuple[str, float, list[float]]


def _ask(road: str, *, cut_at: float, heal_at: float, one_way: tuple[str, str] | None = None) -> Told:
    """What became of one request that takes the server 0.2 s, when, and the instants at which the server had any."""
    net = Network()
    web = ROADS[road](net)
    served: list[float] = []

    async def answer(request: Request) -> PlainTextResponse:
        served.append(asyncio.get_running_loop().time())
        await asyncio.sleep(0.2)
        return PlainTextResponse("here")

    async def serve(up: asyncio.Event, over: asyncio.Event) -> None:
        async with web.serve(Starlette(routes=[Route("/", answer)]), "far", 80):
            up.set()
            await over.wait()

    async def ask() -> str:
        async with web.open_http("http://far:80", connect=1.0, patience=2.0) as http:
            try:
                reply = await http.send(HttpRequest(method="GET", target="/"))
            except httpx.TransportError as error:
                return type(error).__name__
            return reply.body.decode()

    async def main() -> Told:
        loop = asyncio.get_running_loop()
        up, over = asyncio.Event(), asyncio.Event()
        serving = Host("far").spawn(serve(up, over), name="serve")
        await up.wait()
        sources, targets = ([one_way[0]], [one_way[1]]) if one_way else (["near"], ["far"])
        if cut_at:
            loop.call_at(cut_at, lambda: net.partition(sources, targets, one_way=one_way is not None))
        else:
            net.partition(sources, targets, one_way=one_way is not None)
        loop.call_at(heal_at, net.heal)
        said = await Host("near").spawn(ask(), name="ask")
        ended = loop.time()
        await asyncio.sleep(20)
        over.set()
        await serving
        return said, round(ended, 6), served

    return run_virtually(main(), net)


@pytest.mark.parametrize("road", ROADS)
@pytest.mark.parametrize("one_way", [None, ("near", "far"), ("far", "near")])
def test_no_request_is_sent_where_no_connection_can_be_made(road: str, one_way: tuple[str, str] | None) -> None:
    assert _ask(road, cut_at=0.0, heal_at=10.0, one_way=one_way) == ("ConnectTimeout", 1.0, [])


@pytest.mark.parametrize("road", ROADS)
def test_a_connection_is_made_when_the_partition_heals_in_time(road: str) -> None:
    assert _ask(road, cut_at=0.0, heal_at=0.5) == ("here", 0.7, [0.5])


@pytest.mark.parametrize("road", ROADS)
def test_an_answer_that_cannot_get_through_is_missed_though_the_work_is_done(road: str) -> None:
    assert _ask(road, cut_at=0.1, heal_at=10.0) == ("ReadTimeout", 2.0, [0.0])


@pytest.mark.parametrize("road", ROADS)
def test_an_answer_comes_when_the_partition_heals_in_time(road: str) -> None:
    assert _ask(road, cut_at=0.1, heal_at=1.5, one_way=("far", "near")) == ("here", 1.5, [0.0])
