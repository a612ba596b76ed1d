"""What a client of /v1/shares meets."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import httpx
import pytest

from pipeline.api.app import create_api
from pipeline.settings import ApiSettings
from pipeline.states import RESTING, ShareState
from pipeline.store.store import Store
from tests.pipeline.store.stores import HandClock, sql, taken

HOME = {"location": "north", "name": "home", "size": 1024}
PATH = "/v1/shares/north/home"


async def activated(client: httpx.AsyncClient, store: Store) -> None:
    assert (await client.post("/v1/shares", json=HOME)).status_code == 202
    assert await store.move(await taken(store), ShareState.ACTIVE, confirmed_size=1024)


def cause(reply: httpx.Response) -> str:
    assert reply.headers["content-type"] == "application/problem+json"
    body = reply.json()
    assert body["status"] == reply.status_code
    assert body["title"]
    assert body["detail"]
    return str(body["type"]).removeprefix("/problems/")


async def test_a_create_is_accepted_as_pending_with_where_to_ask_and_when(client: httpx.AsyncClient) -> None:
    reply = await client.post("/v1/shares", json=HOME)
    assert reply.status_code == 202
    assert (reply.headers["location"], reply.headers["retry-after"]) == (PATH, "2")
    body = reply.json()
    assert body == {
        **HOME,
        "id": body["id"],
        "state": "pending",
        "reason": None,
        "generation": 1,
        "tenant": "default",
        "priority": 0,
        "dead": None,
        "created_at": "2025-11-24T16:00:00.250Z",
        "updated_at": "2025-11-24T16:00:00.250Z",
    }
    shown = await client.get(reply.headers["location"])
    assert (shown.status_code, shown.json(), shown.headers["retry-after"]) == (200, body, "2")


async def test_an_active_share_has_no_retry_after(client: httpx.AsyncClient, store: Store) -> None:
    await activated(client, store)
    shown = await client.get(PATH)
    assert (shown.json()["state"], "retry-after" in shown.headers) == ("active", False)


@pytest.mark.parametrize("name", ["a b", "ä?#&=%2F", "日本", "x" * 255, "...", "'; --"])
async def test_any_name_can_be_asked_for_at_its_location(client: httpx.AsyncClient, name: str) -> None:
    reply = await client.post("/v1/shares", json=HOME | {"name": name})
    assert reply.status_code == 202
    shown = await client.get(reply.headers["location"])
    assert shown.json()["name"] == name


async def test_a_create_of_a_pending_share_is_told_so(client: httpx.AsyncClient) -> None:
    first = await client.post("/v1/shares", json=HOME)
    second = await client.post("/v1/shares", json=HOME)
    assert (second.status_code, cause(second)) == (409, "share-pending")
    assert second.headers["retry-after"] == "2"
    assert (second.json()["id"], second.json()["state"]) == (first.json()["id"], "pending")


async def test_a_create_of_an_active_share_is_told_something_else(client: httpx.AsyncClient, store: Store) -> None:
    await activated(client, store)
    again = await client.post("/v1/shares", json=HOME)
    assert (again.status_code, cause(again)) == (409, "share-exists")


@pytest.mark.parametrize("settings", [ApiSettings(conflict_status=400)])
async def test_the_conflict_status_of_the_original_design_can_be_set(
    client: httpx.AsyncClient, store: Store, settings: ApiSettings
) -> None:
    await client.post("/v1/shares", json=HOME)
    pending = await client.post("/v1/shares", json=HOME)
    assert await store.move(await taken(store), ShareState.ACTIVE, confirmed_size=1024)
    exists = await client.post("/v1/shares", json=HOME)
    assert (pending.status_code, cause(pending)) == (400, "share-pending")
    assert (exists.status_code, cause(exists)) == (400, "share-exists")


async def test_a_delete_of_an_active_share_is_accepted_and_the_record_stays(
    client: httpx.AsyncClient, store: Store
) -> None:
    await activated(client, store)
    reply = await client.delete(PATH)
    assert (reply.status_code, reply.json()["state"], reply.headers["location"]) == (202, "deleting", PATH)
    assert (await client.get(PATH)).json()["state"] == "deleting"


async def test_a_resize_of_an_active_share_is_accepted(client: httpx.AsyncClient, store: Store) -> None:
    await activated(client, store)
    reply = await client.patch(PATH, json={"size": 2048})
    assert reply.status_code == 202
    assert (reply.json()["state"], reply.json()["size"], reply.json()["generation"]) == ("updating", 2048, 2)


@pytest.mark.parametrize("state", [state for state in ShareState if state not in RESTING])
async def test_a_share_that_is_not_active_can_only_be_read(
    client: httpx.AsyncClient, store: Store, state: ShareState
) -> None:
    await client.post("/v1/shares", json=HOME)
    if state is ShareState.FAILING:
        await store.move(await taken(store), ShareState.FAILING, reason="quota")
    elif state is not ShareState.PENDING:
        await store.move(await taken(store), ShareState.ACTIVE, confirmed_size=1024)
        await (client.delete(PATH) if state is ShareState.DELETING else client.patch(PATH, json={"size": 1}))
    for reply in (await client.delete(PATH), await client.patch(PATH, json={"size": 5})):
        assert (reply.status_code, cause(reply), reply.headers["allow"]) == (405, "share-not-active", "GET, HEAD")
        assert reply.json()["state"] == state
    assert (await client.get(PATH)).json()["state"] == state


async def test_a_share_that_is_failing_says_why(client: httpx.AsyncClient, store: Store) -> None:
    await client.post("/v1/shares", json=HOME)
    await store.move(await taken(store), ShareState.FAILING, reason="quota: no room")
    assert (await client.get(PATH)).json()["reason"] == "quota: no room"


async def test_what_is_not_there_is_not_found(client: httpx.AsyncClient) -> None:
    for reply in (
        await client.get(PATH),
        await client.delete(PATH),
        await client.patch(PATH, json={"size": 1}),
        await client.get("/v1/shares/north/a%00b"),
        await client.get("/v1/shares/north/a%2Fb"),
        await client.get("/v1/shares/"),
        await client.get("/nothing"),
    ):
        assert (reply.status_code, cause(reply)) == (404, "not-found")


async def test_a_location_that_nobody_serves_is_told_with_those_that_are_served(client: httpx.AsyncClient) -> None:
    reply = await client.post("/v1/shares", json=HOME | {"location": "west"})
    assert (reply.status_code, cause(reply)) == (400, "unknown-location")
    assert reply.json()["accepted"] == ["north", "south"]


async def test_a_list_can_be_narrowed_and_paged(client: httpx.AsyncClient, store: Store) -> None:
    for name in ("a", "b", "c"):
        await client.post("/v1/shares", json=HOME | {"name": name})
    await client.post("/v1/shares", json=HOME | {"location": "south"})
    await store.move(await taken(store), ShareState.ACTIVE, confirmed_size=1024)
    pages: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = (await client.get("/v1/shares", params={"location": "north", "limit": "2"} | cursor)).json()
        pages.append("".join(share["name"] for share in page["shares"]))
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert pages == ["ab", "c"]
    active = (await client.get("/v1/shares?state=active")).json()["shares"]
    assert [share["name"] for share in active] == ["a"]


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("limit=0", "limit: Input should be greater than or equal to 1"),
        ("limit=many", "limit: "),
        ("state=gone", "state: Input should be 'pending', 'active', 'updating', 'failing', 'deleting' or 'lost'"),
        ("sort=name", "sort: unknown; accepted: location, state, since, tenant, limit, cursor"),
        ("limit=1&limit=2", "limit: stands more than once"),
        ("cursor=99999999999999999999", "cursor: "),
    ],
)
async def test_a_query_that_is_wrong_is_told_where_and_what_is_accepted(
    client: httpx.AsyncClient, query: str, wrong: str
) -> None:
    reply = await client.get(f"/v1/shares?{query}")
    assert (reply.status_code, cause(reply)) == (400, "invalid-request")
    assert wrong in reply.json()["detail"]


@pytest.mark.parametrize(
    ("body", "pointer", "wrong"),
    [
        ({"location": "north", "name": "a"}, "#/size", "is needed"),
        (HOME | {"colour": "red"}, "#/colour", "unknown; accepted: location, name, size"),
        (HOME | {"size": "1024"}, "#/size", "Input should be a valid integer"),
        (HOME | {"size": 0}, "#/size", "Input should be greater than 0"),
        (HOME | {"size": 2**53}, "#/size", "Input should be less than or equal to 9007199254740991"),
        (HOME | {"name": ""}, "#/name", "1 to 255 bytes"),
        (HOME | {"name": "a/b"}, "#/name", "1 to 255 bytes"),
        (HOME | {"name": ".."}, "#/name", "1 to 255 bytes"),
        (HOME | {"name": "a\nb"}, "#/name", "1 to 255 bytes"),
        (HOME | {"name": "ä" * 128}, "#/name", "1 to 255 bytes"),
        (["north", "home"], "#/", "Input should be an object"),
    ],
)
async def test_a_body_that_is_wrong_is_told_where_and_what_is_accepted(
    client: httpx.AsyncClient, store: Store, body: object, pointer: str, wrong: str
) -> None:
    reply = await client.post("/v1/shares", json=body)
    assert (reply.status_code, cause(reply)) == (400, "invalid-request")
    (error,) = reply.json()["errors"]
    assert error["pointer"] == pointer
    assert wrong in error["detail"]
    assert await store.list() == []


async def test_every_mistake_of_a_body_is_told(client: httpx.AsyncClient) -> None:
    reply = await client.post("/v1/shares", json={"name": "a/b", "size": -1})
    assert [error["pointer"] for error in reply.json()["errors"]] == ["#/location", "#/name", "#/size"]


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b'{"name": "\\ud800"}', b"[" * 10_000])
async def test_a_body_that_is_no_json_is_told_so(client: httpx.AsyncClient, content: bytes) -> None:
    reply = await client.post("/v1/shares", content=content, headers={"Content-Type": "application/json"})
    assert (reply.status_code, cause(reply)) == (400, "invalid-request")
    assert "JSON" in reply.json()["detail"]


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", None])
async def test_a_body_that_does_not_say_json_is_refused(client: httpx.AsyncClient, media_type: str | None) -> None:
    headers = {} if media_type is None else {"Content-Type": media_type}
    reply = await client.post("/v1/shares", content=b"{}", headers=headers)
    assert (reply.status_code, cause(reply)) == (415, "unsupported-media-type")


async def test_a_body_that_is_encoded_is_refused_as_such(client: httpx.AsyncClient) -> None:
    content = gzip.compress(json.dumps(HOME).encode())
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    reply = await client.post("/v1/shares", content=content, headers=headers)
    assert (reply.status_code, cause(reply)) == (415, "unsupported-media-type")
    assert reply.headers["accept-encoding"] == "identity"
    assert "Content-Encoding is gzip" in reply.json()["detail"]
    plain = await client.post("/v1/shares", json=HOME, headers={"Content-Encoding": "identity"})
    assert plain.status_code == 202


async def test_json_with_a_charset_is_json(client: httpx.AsyncClient) -> None:
    headers = {"Content-Type": "Application/JSON; charset=utf-8"}
    reply = await client.post("/v1/shares", content=b'{"location":"north","name":"a","size":1}', headers=headers)
    assert reply.status_code == 202


async def test_a_body_that_is_too_large_is_refused(client: httpx.AsyncClient) -> None:
    reply = await client.post("/v1/shares", json=HOME | {"name": "x" * 20_000})
    assert (reply.status_code, cause(reply)) == (413, "too-large")


async def test_a_body_that_says_that_it_is_too_large_is_not_waited_for(client: httpx.AsyncClient) -> None:
    async def endless() -> AsyncIterator[bytes]:
        await asyncio.Event().wait()
        yield b""

    headers = {"Content-Type": "application/json", "Content-Length": str(10**12)}
    reply = await client.post("/v1/shares", content=endless(), headers=headers)
    assert (reply.status_code, cause(reply)) == (413, "too-large")


async def refused_by_a_full_disk(client: httpx.AsyncClient, store: Store) -> httpx.Response:
    """Let SQLite meet its "database or disk is full": no page may be added, and those that are there fill up."""
    await store.transact(partial(sql, "PRAGMA max_page_count = 1"))
    for number in range(200):
        reply = await client.post("/v1/shares", json=HOME | {"name": f"{'x' * 200}{number}"})
        if reply.status_code != 202:
            return reply
    pytest.fail("the store never filled up")


@pytest.mark.parametrize("name", ["%ff%fe", "%c3", "a%zz", "%"])
@pytest.mark.parametrize("method", ["GET", "DELETE", "PATCH"])
async def test_a_path_of_bytes_that_are_no_text_is_no_share_called_by_replacement_characters(
    client: httpx.AsyncClient, store: Store, method: str, name: str
) -> None:
    assert (await client.post("/v1/shares", json=HOME | {"name": "\ufffd\ufffd"})).status_code == 202
    reply = await client.request(method, httpx.URL(f"http://api/v1/shares/north/{name}"), json={"size": 2})
    assert (reply.status_code, cause(reply)) == (400, "invalid-request")
    assert [record.size for record in await store.list()] == [HOME["size"]]


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("location=%ff", "not UTF-8"),
        ("limit=1_0", "limit: must be a whole number in decimal digits"),
        ("limit=+1", "limit: must be a whole number in decimal digits"),
        ("cursor=%201", "cursor: must be the `next` of a page before"),
    ],
)
async def test_a_query_that_is_nearly_right_is_refused(client: httpx.AsyncClient, query: str, wrong: str) -> None:
    reply = await client.get(httpx.URL(f"http://api/v1/shares?{query}"))
    assert (reply.status_code, cause(reply)) == (400, "invalid-request")
    assert wrong in reply.json()["detail"]


async def test_a_body_with_a_key_twice_is_refused(client: httpx.AsyncClient, store: Store) -> None:
    body = b'{"location": "north", "name": "a", "size": 1, "size": 2}'
    reply = await client.post("/v1/shares", content=body, headers={"Content-Type": "application/json"})
    assert (reply.status_code, cause(reply)) == (400, "invalid-request")
    assert reply.json()["errors"] == [{"pointer": "#/size", "detail": "stands more than once"}]
    assert await store.list() == []


async def test_a_store_that_fails_is_unavailable_and_not_a_traceback(
    client: httpx.AsyncClient, store: Store, tmp_path: Path
) -> None:
    reply = await refused_by_a_full_disk(client, store)
    assert (reply.status_code, cause(reply), reply.headers["retry-after"]) == (503, "store-unavailable", "2")
    assert str(tmp_path) not in reply.text
    assert (await client.get("/livez")).status_code == 200


async def test_without_locations_any_is_accepted(store: Store, clock: HandClock) -> None:
    app = create_api(store, ApiSettings(), clock=clock, new_id=iter("abc").__next__)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://api") as client:
        reply = await client.post("/v1/shares", json=HOME | {"location": "anywhere"})
    assert (reply.status_code, reply.json()["id"]) == (202, "a")
