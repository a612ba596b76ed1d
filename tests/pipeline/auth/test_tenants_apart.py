"""Tenants are apart: what is one's, no other sees, follows, changes or learns of, also after its name is free again."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.requests import Request

from connector.clock import steady_clock
from connector.http_server import http_server
from pipeline.api.app import Api, create_api
from pipeline.api.bodies import header
from pipeline.api.caller import Caller
from pipeline.auth.access_control import AccessControl
from pipeline.auth.authenticator import unauthenticated
from pipeline.metrics import Metrics
from pipeline.problems import Cause
from pipeline.record import Claim
from pipeline.settings import ApiSettings
from pipeline.states import ShareState
from pipeline.store.sqlite import open_store
from pipeline.store.store import Store
from pipeline.uuid7 import uuid7_maker
from tests.pipeline.store.stores import accepted, answer, delete, new_share, taken

HOME = "/v1/shares/north/home"
SETTINGS = ApiSettings(longest_wait=2.0, event_poll=0.3)
"""A poll so slow that whoever waits does not look in the midst of what a test does."""
BODIES = {
    "location": "north", "name": "home", "size": 5, "client": "10.0.0.1", "access": "ro", "url": "https://x.example/",
    "kind": "pause", "reason": "none", "who": "me", "first": 1,
}  # fmt: skip
"""What a member of a body may be."""
OF_BLUE = b"id-of-blue", b"blue", b"no space"


@dataclass(frozen=True, slots=True)
class Word:
    """Whoever asks says who they are: a tenant, or `ops`."""

    async def caller(self, request: Request) -> Caller:
        given = header(request, "authorization")
        if not given:
            raise unauthenticated("Who asks?")
        return Caller(tenant=given[0], operator=given[0] == "ops")


def by(who: str, **more: str) -> dict[str, str]:
    return {"Authorization": who, **more}


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with open_store(tmp_path / "store.db", steady_clock(asyncio.get_running_loop())) as opened:
        yield opened


@pytest.fixture
def api(store: Store) -> Api:
    access_control = AccessControl(authenticator=Word())
    new_id = uuid7_maker(store.clock)
    return create_api(
        store, SETTINGS, clock=store.clock, new_id=new_id, access_control=access_control, metrics=Metrics()
    )


@pytest.fixture
async def client(api: Api) -> AsyncIterator[httpx.AsyncClient]:
    """Over a socket: streams have no end that a transport in memory would wait for."""
    async with http_server(api, grace=1) as url, httpx.AsyncClient(base_url=url, timeout=30.0) as opened:
        yield opened


async def made(store: Store, tenant: str, *, id: str | None = None, end: ShareState = ShareState.ACTIVE) -> Claim:
    await accepted(store, new_share(id=id or f"id-of-{tenant}", tenant=tenant))
    moved = await store.move(await taken(store), end, reason="no space" if end is ShareState.FAILING else None)
    assert moved is not None
    return moved


async def removed(store: Store) -> None:
    await store.change("north", "home", delete(), None, answer)
    assert await store.remove(await taken(store))


async def frames(response: httpx.Response) -> list[dict[str, Any]]:
    """The contents of a stream that ends."""
    return [json.loads(line.removeprefix("data: ")) async for line in response.aiter_lines() if line[:5] == "data:"]


async def test_no_operation_of_the_document_tells_a_tenant_of_anothers_share_or_touches_it(
    api: Api, client: httpx.AsyncClient, store: Store
) -> None:
    await made(store, "blue")
    await store.change("north", "home", delete(), None, answer)
    before, events = await store.get("north", "home"), len(await store.events())
    document = json.loads(api.document())
    seen = dict.fromkeys(("anybody", "operator", "share", "tenant"), 0)
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            body = _body(document, operation)
            place = path.replace("{location}", "north").replace("{cause}", "not-found").replace("{id}", "1")
            own, none = place.replace("{name}", "home"), place.replace("{name}", "none")
            if "security" not in operation:
                seen["anybody"] += 1
                found = await client.request(method, own)
                assert not any(word in found.content for word in OF_BLUE), path
                continue
            assert (await client.request(method, own, json=body)).status_code == 401, path
            found = await client.request(method, own, json=body, headers=by("red", **{"X-Tenant": "blue"}))
            assert not any(word in found.content for word in OF_BLUE), path
            if f"`{Cause.FORBIDDEN}`" in operation["responses"].get("403", {}).get("description", ""):
                seen["operator"] += 1
                assert (found.status_code, found.json()["type"]) == (403, f"/problems/{Cause.FORBIDDEN}"), path
            elif "{name}" in path:
                seen["share"] += 1
                missing = await client.request(method, none, json=body, headers=by("red"))
                assert (found.status_code, found.content) == (404, missing.content), path
            else:
                seen["tenant"] += 1
    assert all(seen.values()), seen
    assert (await store.get("north", "home"), len(await store.events())) == (before, events)


def _body(document: dict[str, Any], operation: dict[str, Any]) -> dict[str, Any] | None:
    if "requestBody" not in operation:
        return None
    reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    schema = document["components"]["schemas"][reference.rpartition("/")[2]]
    return {name: BODIES[name] for name in schema.get("required", [])}


async def test_a_stream_ends_with_its_share_and_shows_no_later_one_of_its_name(
    client: httpx.AsyncClient, store: Store
) -> None:
    await made(store, "red")
    async with client.stream("GET", f"{HOME}/events", headers=by("red")) as response:
        await removed(store)
        await made(store, "blue")
        shown, *moves = await frames(response)
    assert shown["id"] == "id-of-red"
    assert [(move["share"], move["after"]) for move in moves] == [("id-of-red", "deleting"), ("id-of-red", None)]


async def test_a_stream_that_is_resumed_goes_on_with_the_share_that_the_tenant_has(
    client: httpx.AsyncClient, store: Store
) -> None:
    await made(store, "red")
    await removed(store)
    resumed = by("red", **{"Last-Event-ID": "1"})
    assert (await client.get(f"{HOME}/events", headers=resumed)).status_code == 404
    await made(store, "blue")
    assert (await client.get(f"{HOME}/events", headers=resumed)).status_code == 404
    await removed(store)
    await made(store, "red", id="id-of-red-again")
    async with client.stream("GET", f"{HOME}/events", headers=resumed) as response:
        await removed(store)
        assert {move["share"] for move in await frames(response)} == {"id-of-red-again"}


async def test_who_waits_for_a_create_that_fails_is_not_told_of_the_share_that_takes_its_name(
    client: httpx.AsyncClient, store: Store
) -> None:
    body = {"location": "north", "name": "home", "size": 10}
    waits = by("red", Prefer="wait=2")
    async with asyncio.TaskGroup() as group:
        asked = group.create_task(client.post("/v1/shares", json=body, headers=waits))
        while await store.get("north", "home") is None:
            await asyncio.sleep(0.01)
        failing = await store.move(await taken(store), ShareState.FAILING, reason="refused")
        assert failing is not None
        assert await store.remove(failing)
        await made(store, "blue")
    told = asked.result().json()
    assert (told["tenant"], told["state"], told["reason"]) == ("red", "failing", "refused")


async def test_who_waits_for_a_share_is_not_told_of_the_one_that_takes_its_name(
    client: httpx.AsyncClient, store: Store
) -> None:
    failing = await made(store, "red", end=ShareState.FAILING)
    async with asyncio.TaskGroup() as group:
        asked = group.create_task(client.get(HOME, headers=by("red", Prefer="wait=2")))
        await asyncio.sleep(0.05)
        assert await store.remove(failing)
        await made(store, "blue")
    assert asked.result().status_code == 404


async def test_a_share_that_becomes_anothers_while_the_request_is_let_in_is_not_shown(store: Store) -> None:
    """The owner is looked at in the read that is answered, and not in one before it."""
    await made(store, "red")

    class Late(Word):
        async def caller(self, request: Request) -> Caller:
            found = await Word.caller(self, request)
            await removed(store)
            await made(store, "blue")
            return found

    late = AccessControl(authenticator=Late())
    api = create_api(store, SETTINGS, clock=store.clock, new_id=uuid7_maker(store.clock), access_control=late)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(api), base_url="http://api") as client:
        assert (await client.get(HOME, headers=by("red"))).status_code == 404
