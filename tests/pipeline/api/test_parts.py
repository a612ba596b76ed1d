"""Access rules and snapshots as resources of a share, verify, and deletes that cancel."""

from collections.abc import AsyncIterator

import httpx
import pytest

from pipeline.api.app import create_api
from pipeline.record import PartKind, SharePart
from pipeline.settings import ApiSettings
from pipeline.states import Operation, ShareState
from pipeline.store.store import Store
from tests.pipeline.api.test_shares import HOME, PATH, activated, cause
from tests.pipeline.store.stores import HandClock, taken

RULES, SNAPSHOTS = f"{PATH}/access-rules", f"{PATH}/snapshots"
RULE = SharePart(kind=PartKind.ACCESS_RULE, name="10.0.0.0/8", value="ro")
SNAPSHOT = SharePart(kind=PartKind.SNAPSHOT, name="monday")


async def ended(store: Store, *parts: SharePart) -> None:
    """What is under way ends with these parts."""
    assert await store.move(await taken(store), ShareState.ACTIVE, confirmed_size=1024, parts=parts)


async def test_an_access_rule_is_pending_then_active_then_deleting_then_gone(
    client: httpx.AsyncClient, store: Store
) -> None:
    await activated(client, store)
    asked = await client.post(RULES, json={"client": "10.0.0.0/8", "access": "ro"})
    assert (asked.status_code, asked.json()["state"]) == (202, "updating")
    rule = {"client": "10.0.0.0/8", "access": "ro"}
    assert (await client.get(RULES)).json() == {"access_rules": [rule | {"state": "pending"}]}
    await ended(store, RULE)
    assert (await client.get(RULES)).json() == {"access_rules": [rule | {"state": "active"}]}
    assert (await client.delete(f"{RULES}/10.0.0.0%2F8")).status_code == 202
    assert (await client.get(RULES)).json() == {"access_rules": [rule | {"state": "deleting"}]}
    await ended(store)
    assert (await client.get(RULES)).json() == {"access_rules": []}


async def test_a_snapshot_is_made_and_removed_by_its_name(client: httpx.AsyncClient, store: Store) -> None:
    await activated(client, store)
    assert (await client.post(SNAPSHOTS, json={"name": "monday"})).status_code == 202
    assert (await client.get(SNAPSHOTS)).json() == {"snapshots": [{"name": "monday", "state": "pending"}]}
    await ended(store, SNAPSHOT)
    assert (await client.delete(f"{SNAPSHOTS}/monday")).status_code == 202
    assert (await client.get(SNAPSHOTS)).json() == {"snapshots": [{"name": "monday", "state": "deleting"}]}


async def test_a_part_of_another_name_is_left_as_it_is(client: httpx.AsyncClient, store: Store) -> None:
    await activated(client, store)
    await client.post(SNAPSHOTS, json={"name": "monday"})
    await ended(store, SNAPSHOT)
    await client.delete(f"{SNAPSHOTS}/tuesday")
    assert (await client.get(SNAPSHOTS)).json() == {"snapshots": [{"name": "monday", "state": "active"}]}


async def test_a_verify_puts_the_share_into_updating(client: httpx.AsyncClient, store: Store) -> None:
    await activated(client, store)
    assert (await client.post(f"{PATH}/verify")).json()["state"] == "updating"
    record = await store.get("north", "home")
    assert record is not None
    assert (record.operation, record.size) == (Operation.VERIFY, 1024)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", RULES, {"client": "10.0.0.0/8", "access": "ro"}),
        ("DELETE", f"{RULES}/a", None),
        ("POST", SNAPSHOTS, {"name": "monday"}),
        ("DELETE", f"{SNAPSHOTS}/monday", None),
        ("POST", f"{PATH}/verify", None),
    ],
)
async def test_nothing_is_asked_of_a_share_that_is_pending_or_not_there(
    client: httpx.AsyncClient, method: str, path: str, body: object
) -> None:
    assert cause(await client.request(method, path, json=body)) == "not-found"
    await client.post("/v1/shares", json=HOME)
    assert cause(await client.request(method, path, json=body)) == "share-not-active"


@pytest.mark.parametrize(
    ("path", "body", "detail"),
    [
        (RULES, {"client": "a b", "access": "ro"}, "a host name, an address or a network, as 10.0.0.0/8"),
        (RULES, {"client": "a", "access": "all"}, "Input should be 'ro' or 'rw'"),
        (RULES, {"client": "a"}, "is needed"),
        (SNAPSHOTS, {"name": "a/b"}, "1 to 255 bytes in UTF-8"),
        (SNAPSHOTS, {"name": "a", "size": 1}, "unknown; accepted: name"),
    ],
)
async def test_what_is_not_acceptable_is_named(
    client: httpx.AsyncClient, store: Store, path: str, body: object, detail: str
) -> None:
    await activated(client, store)
    reply = await client.post(path, json=body)
    assert cause(reply) == "invalid-request"
    assert detail in reply.json()["errors"][0]["detail"]


@pytest.mark.parametrize("path", [f"{RULES}/a%20b", f"{RULES}/", f"{SNAPSHOTS}/a%00b"])
async def test_a_part_that_nothing_can_be_called_is_not_found(
    client: httpx.AsyncClient, store: Store, path: str
) -> None:
    await activated(client, store)
    assert cause(await client.delete(path)) == "not-found"


async def test_a_lost_share_can_be_verified_or_deleted_and_nothing_else(
    client: httpx.AsyncClient, store: Store
) -> None:
    await activated(client, store)
    await client.post(f"{PATH}/verify")
    assert await store.move(await taken(store), ShareState.LOST, reason="missing")
    shown = await client.get(PATH)
    assert (shown.json()["state"], shown.json()["reason"], "retry-after" in shown.headers) == ("lost", "missing", False)
    assert cause(await client.patch(PATH, json={"size": 5})) == "share-not-active"
    assert cause(await client.post("/v1/shares", json=HOME)) == "share-exists"
    assert (await client.post(f"{PATH}/verify")).status_code == 202
    assert await store.move(await taken(store), ShareState.LOST, reason="missing")
    assert (await client.delete(PATH)).json()["state"] == "deleting"


async def test_a_delete_of_a_pending_share_is_refused_unless_creates_can_be_cancelled(
    client: httpx.AsyncClient, cancelling: httpx.AsyncClient, store: Store
) -> None:
    await client.post("/v1/shares", json=HOME)
    claim = await taken(store)
    assert cause(await client.delete(PATH)) == "share-not-active"
    assert cause(await cancelling.patch(PATH, json={"size": 5})) == "share-not-active"
    assert (await cancelling.delete(PATH)).json()["state"] == "deleting"
    assert await store.move(claim, ShareState.ACTIVE, confirmed_size=1024) is None, "who had it can write no more"
    again = await taken(store)
    assert (again.record.state, again.fence) == (ShareState.DELETING, claim.fence + 1)


@pytest.fixture
async def cancelling(store: Store, clock: HandClock) -> AsyncIterator[httpx.AsyncClient]:
    api = create_api(store, ApiSettings(cancel_pending=True), clock=clock, new_id=lambda: "another")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=api), base_url="http://api") as opened:
        yield opened
