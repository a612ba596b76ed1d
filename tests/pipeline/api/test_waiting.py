"""Waiting for an operation's end: `Prefer: wait=N`, and streams of events."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from connector.clock import steady_clock
from connector.http_server import http_server
from pipeline.api.app import create_api
from pipeline.settings import ApiSettings
from pipeline.states import ShareState
from pipeline.store.sqlite import open_store
from pipeline.store.store import Store
from pipeline.uuid7 import uuid7_maker
from tests.pipeline.store.stores import accepted, new_share, taken

SHARE = {"location": "north", "name": "home", "size": 10}
WAITS = {"Prefer": "wait=20"}
SETTINGS = ApiSettings(longest_wait=30.0, event_poll=0.01, streams=2)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with open_store(tmp_path / "store.db", steady_clock(asyncio.get_running_loop())) as opened:
        yield opened


@pytest.fixture
async def client(store: Store) -> AsyncIterator[httpx.AsyncClient]:
    """Over a socket: streams have no end that a transport in memory would wait for."""
    app = create_api(store, SETTINGS, clock=store.clock, new_id=uuid7_maker(store.clock))
    async with http_server(app, grace=1) as url, httpx.AsyncClient(base_url=url, timeout=60.0) as opened:
        yield opened


async def pending(store: Store) -> None:
    async with asyncio.timeout(30.0):
        while await store.get("north", "home") is None:
            await asyncio.sleep(0.01)


async def activate(store: Store) -> None:
    await pending(store)
    assert await store.move(await taken(store), ShareState.ACTIVE) is not None


async def fail(store: Store) -> None:
    await pending(store)
    failing = await store.move(await taken(store), ShareState.FAILING, reason="no space")
    assert failing is not None
    assert await store.remove(failing)


async def test_a_create_that_waits_is_answered_with_the_share_it_made(client: httpx.AsyncClient, store: Store) -> None:
    async with asyncio.TaskGroup() as group:
        asked = group.create_task(client.post("/v1/shares", json=SHARE, headers=WAITS))
        group.create_task(activate(store))
    answer = asked.result()
    assert (answer.status_code, answer.json()["state"]) == (201, "active")
    assert answer.headers["preference-applied"] == "wait=20"
    assert answer.headers["location"] == "/v1/shares/north/home"


async def test_a_create_that_fails_while_it_is_waited_for_says_why(client: httpx.AsyncClient, store: Store) -> None:
    async with asyncio.TaskGroup() as group:
        asked = group.create_task(client.post("/v1/shares", json=SHARE, headers=WAITS))
        group.create_task(fail(store))
    answer = asked.result()
    assert answer.status_code == 202
    assert (answer.json()["state"], answer.json()["reason"]) == ("failing", "no space")


async def test_who_has_waited_in_vain_is_told_what_is_so(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/shares", json=SHARE, headers={"Prefer": "wait=0"})
    assert (answer.status_code, answer.json()["state"]) == (202, "pending")
    assert answer.headers["preference-applied"] == "wait=0"
    shown = await client.get("/v1/shares/north/home", headers={"Prefer": "respond-async, wait=0"})
    assert (shown.json()["state"], shown.headers["preference-applied"]) == ("pending", "wait=0")


async def test_a_get_waits_until_the_share_is_active_or_gone(client: httpx.AsyncClient, store: Store) -> None:
    for end, status in ((fail, 404), (activate, 200)):
        await accepted(store)
        async with asyncio.TaskGroup() as group:
            asked = group.create_task(client.get("/v1/shares/north/home", headers=WAITS))
            group.create_task(end(store))
        assert asked.result().status_code == status


@pytest.mark.parametrize("prefer", [None, "wait=soon", "return=minimal", "wait=-1", "wait"])
async def test_without_a_wait_that_can_be_read_nobody_waits(client: httpx.AsyncClient, prefer: str | None) -> None:
    answer = await client.post("/v1/shares", json=SHARE, headers={} if prefer is None else {"Prefer": prefer})
    assert answer.status_code == 202
    assert "preference-applied" not in answer.headers


async def test_a_wait_is_no_longer_than_the_service_allows(client: httpx.AsyncClient, store: Store) -> None:
    await accepted(store)
    await activate(store)
    shown = await client.get("/v1/shares/north/home", headers={"Prefer": "wait=1000"})
    assert shown.headers["preference-applied"] == "wait=30"


async def frames(response: httpx.Response) -> AsyncIterator[tuple[str, int, Any]]:
    """Each event as kind, number and content."""
    frame: dict[str, str] = {}
    async for line in response.aiter_lines():
        if line and not line.startswith(":"):
            key, _, value = line.partition(": ")
            frame[key] = value
        elif frame:
            yield frame["event"], int(frame["id"]), json.loads(frame["data"])
            frame = {}


async def test_a_stream_of_a_share_begins_with_it_and_goes_on_with_its_moves_alone(
    client: httpx.AsyncClient, store: Store
) -> None:
    await accepted(store)
    async with client.stream("GET", "/v1/shares/north/home/events") as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        events = frames(response)
        kind, number, share = await anext(events)
        assert (kind, number, share["state"]) == ("share", 1, "pending")
        await accepted(store, new_share("other"))
        await activate(store)
        kind, number, change = await anext(events)
        assert (kind, number, change["before"], change["after"]) == ("change", 3, "pending", "active")


async def test_a_stream_goes_on_behind_the_last_event_that_the_client_has(
    client: httpx.AsyncClient, store: Store
) -> None:
    await accepted(store)
    await activate(store)
    headers = {"Accept": "text/event-stream", "Last-Event-ID": "1"}
    async with client.stream("GET", "/v1/events", headers=headers) as response:
        events = frames(response)
        assert [number for _, number, _ in [await anext(events)]] == [2]
        await accepted(store, new_share("other"))
        assert (await anext(events))[2]["name"] == "other"


async def test_a_stream_without_a_last_event_begins_now_and_without_its_accept_it_is_a_page(
    client: httpx.AsyncClient, store: Store
) -> None:
    await accepted(store)
    assert len((await client.get("/v1/events")).json()["events"]) == 1
    async with client.stream("GET", "/v1/events", headers={"Accept": "text/event-stream"}) as response:
        events = frames(response)
        await accepted(store, new_share("other"))
        assert (await anext(events))[2]["name"] == "other"


async def test_what_cannot_be_streamed_is_refused(client: httpx.AsyncClient, store: Store) -> None:
    missing = await client.get("/v1/shares/north/nobody/events")
    assert missing.status_code == 404
    wrong = await client.get("/v1/shares/north/home/events", headers={"Last-Event-ID": "newest"})
    assert wrong.json()["errors"] == [{"pointer": "Last-Event-ID", "detail": "the number of an event"}]
    await accepted(store)
    path = "/v1/shares/north/home/events"
    async with client.stream("GET", path) as first, client.stream("GET", path) as second:
        for response in (first, second):
            await anext(frames(response))
        full = await client.get(path)
    assert (full.status_code, full.json()["type"]) == (503, "/problems/streams-full")
    assert "retry-after" in full.headers
