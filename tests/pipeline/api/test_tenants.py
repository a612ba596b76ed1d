"""Tenants and priorities over HTTP."""

import httpx
import pytest

from pipeline.store.store import Store

HOME = {"location": "north", "name": "home", "size": 1024}


async def test_a_share_belongs_to_whoever_asks_for_it(client: httpx.AsyncClient) -> None:
    reply = await client.post("/v1/shares", json=HOME | {"priority": 9}, headers={"X-Tenant": "team-a@example.org"})
    assert (reply.status_code, reply.json()["tenant"], reply.json()["priority"]) == (202, "team-a@example.org", 9)
    assert (await client.get(reply.headers["location"])).json() == reply.json()


@pytest.mark.parametrize("tenant", ["", " ", "a b", "x" * 65, "ä", "a/b"])
async def test_a_tenant_that_is_none_is_refused(client: httpx.AsyncClient, store: Store, tenant: str) -> None:
    reply = await client.post("/v1/shares", json=HOME, headers=[(b"X-Tenant", tenant.encode())])
    assert (reply.status_code, reply.json()["errors"][0]["pointer"]) == (400, "X-Tenant")
    assert await store.list() == []


async def test_two_tenants_on_one_request_are_refused(client: httpx.AsyncClient) -> None:
    reply = await client.post("/v1/shares", json=HOME, headers=[("X-Tenant", "a"), ("X-Tenant", "b")])
    assert reply.status_code == 400


@pytest.mark.parametrize("priority", [-1, 10, 1.5, "9", None])
async def test_a_priority_that_is_none_is_refused(client: httpx.AsyncClient, priority: object) -> None:
    reply = await client.post("/v1/shares", json=HOME | {"priority": priority})
    assert (reply.status_code, reply.json()["errors"][0]["pointer"]) == (400, "#/priority")


async def test_the_keys_of_two_tenants_do_not_meet(client: httpx.AsyncClient) -> None:
    for tenant, name in (("a", "home"), ("b", "work")):
        headers = {"X-Tenant": tenant, "Idempotency-Key": "k-1"}
        reply = await client.post("/v1/shares", json=HOME | {"name": name}, headers=headers)
        assert (reply.status_code, reply.json()["name"]) == (202, name)


async def test_the_usual_priority_spelled_out_makes_no_other_request_of_a_key(client: httpx.AsyncClient) -> None:
    headers = {"Idempotency-Key": "k-1"}
    first = await client.post("/v1/shares", json=HOME, headers=headers)
    second = await client.post("/v1/shares", json=HOME | {"priority": 0}, headers=headers)
    assert (second.status_code, second.json(), second.headers["idempotency-replayed"]) == (202, first.json(), "true")
