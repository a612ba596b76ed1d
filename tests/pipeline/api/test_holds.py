"""Pause and drain over HTTP."""

import httpx
import pytest

from pipeline.store.store import Store
from tests.pipeline.store.stores import HandClock

HOLD = {"kind": "pause", "reason": "firmware", "who": "ada"}
HOME = {"location": "north", "name": "home", "size": 1024}


async def test_a_hold_is_put_shown_and_lifted(client: httpx.AsyncClient, clock: HandClock) -> None:
    reply = await client.put("/v1/holds/north", json=HOLD | {"seconds": 60})
    assert reply.status_code == 200
    shown = {
        "location": "north",
        "kind": "pause",
        "reason": "firmware",
        "who": "ada",
        "since": "2025-11-24T16:00:00.250Z",
        "until": "2025-11-24T16:01:00.250Z",
    }
    assert reply.json() == shown
    assert (await client.get("/v1/holds")).json() == {"holds": [shown]}
    assert (await client.delete("/v1/holds/north")).status_code == 204
    assert (await client.get("/v1/holds")).json() == {"holds": []}
    assert (await client.delete("/v1/holds/north")).status_code == 404


async def test_a_drained_cluster_is_told_with_its_reason(client: httpx.AsyncClient, store: Store) -> None:
    await client.put("/v1/holds/north", json=HOLD | {"kind": "drain"})
    reply = await client.post("/v1/shares", json=HOME)
    assert (reply.status_code, reply.headers["retry-after"]) == (503, "2")
    body = reply.json()
    assert (body["type"], body["reason"], body["until"]) == ("/problems/cluster-drained", "firmware", None)
    assert await store.list() == []


async def test_a_key_that_met_a_drained_cluster_is_looked_at_anew(client: httpx.AsyncClient) -> None:
    await client.put("/v1/holds/north", json=HOLD | {"kind": "drain"})
    headers = {"Idempotency-Key": "k-1"}
    assert (await client.post("/v1/shares", json=HOME, headers=headers)).status_code == 503
    await client.delete("/v1/holds/north")
    assert (await client.post("/v1/shares", json=HOME, headers=headers)).status_code == 202


@pytest.mark.parametrize(
    ("other", "pointer"),
    [
        ({"kind": "stop"}, "#/kind"),
        ({"reason": ""}, "#/reason"),
        ({"reason": "a\x00b"}, "#/reason"),
        ({"who": None}, "#/who"),
        ({"seconds": 0}, "#/seconds"),
        ({"until": "tomorrow"}, "#/until"),
    ],
)
async def test_a_hold_that_is_none_is_refused(
    client: httpx.AsyncClient, other: dict[str, object], pointer: str
) -> None:
    reply = await client.put("/v1/holds/north", json=HOLD | other)
    assert (reply.status_code, reply.json()["errors"][0]["pointer"]) == (400, pointer)
    assert (await client.get("/v1/holds")).json() == {"holds": []}
