"""Tenants and priorities over HTTP."""

import httpx
import pytest
from pydantic import ValidationError

from pipeline.api.app import create_api
from pipeline.metrics import Metrics
from pipeline.quotas import Quota
from pipeline.settings import ApiSettings, PipelineSettings, QuotasSettings, QuotaTable
from pipeline.store.store import Store
from pipeline.uuid7 import uuid7_maker
from tests.pipeline.store.stores import HandClock

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


async def test_beyond_a_quota_the_answer_says_what_is_left(store: Store, clock: HandClock) -> None:
    quotas = QuotasSettings(shares=2, bytes=3000, tenants={"blue": QuotaTable(shares=1)}).of_tenants
    metrics = Metrics()
    app = create_api(
        store, ApiSettings(), clock=clock, new_id=uuid7_maker(clock), quotas=quotas, metrics=metrics
    )  # fmt: skip
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://api") as client:
        blue = {"X-Tenant": "blue", "Idempotency-Key": "1"}
        assert (await client.post("/v1/shares", json=HOME, headers=blue)).status_code == 202
        assert (await client.post("/v1/shares", json=HOME, headers=blue)).status_code == 202  # the key's own answer
        again = {"X-Tenant": "blue", "Idempotency-Key": "2"}
        refused = await client.post("/v1/shares", json=HOME | {"name": "b"}, headers=again)
        problem = refused.json()
        assert (refused.status_code, problem["type"]) == (403, "/problems/quota-exceeded")
        assert {key: problem[key] for key in ("resource", "limit", "used", "asked")} == {
            "resource": "shares", "limit": 1, "used": 1, "asked": 1,
        }  # fmt: skip
        assert "has 1 of at most 1 shares" in problem["detail"]
        large = await client.post("/v1/shares", json=HOME | {"name": "c", "size": 3001}, headers={"X-Tenant": "red"})
        assert (large.status_code, large.json()["resource"]) == (403, "bytes")
        shrunk = await client.post("/v1/shares", json=HOME | {"name": "b"}, headers={**again, "X-Tenant": "red"})
        assert shrunk.status_code == 202
    assert 'spoolproof_over_quota_total{resource="shares"} 1.0' in metrics.text().decode()


async def test_a_tenant_is_told_what_it_may_have_and_has(store: Store, clock: HandClock) -> None:
    quotas = QuotasSettings(shares=0, bytes=3000, tenants={"blue": QuotaTable(shares=1)}).of_tenants
    app = create_api(store, ApiSettings(), clock=clock, new_id=uuid7_maker(clock), quotas=quotas)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://api") as client:
        await client.post("/v1/shares", json=HOME, headers={"X-Tenant": "blue"})
        told = {name: (await client.get("/v1/quota", headers={"X-Tenant": name})).json() for name in ("blue", "red")}
        nameless = (await client.get("/v1/quota")).json()
        assert (await client.get("/v1/quota", headers={"X-Tenant": "a b"})).status_code == 400
    assert told["blue"] == {
        "tenant": "blue", "shares": {"limit": 1, "used": 1}, "bytes": {"limit": 3000, "used": 1024},
    }  # fmt: skip
    assert told["red"]["shares"] == {"limit": None, "used": 0}
    assert nameless["tenant"] == "default"


@pytest.mark.parametrize("table", [{"shares": -1}, {"tenants": {"a b": {}}}, {"tenants": {"a": {"files": 1}}}])
def test_quotas_that_are_none_are_refused(table: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        QuotasSettings.model_validate(table)


def test_a_tenants_own_limit_stands_beside_those_of_every_tenant_and_0_is_none() -> None:
    quotas = QuotasSettings(shares=5, bytes=0, tenants={"blue": QuotaTable(shares=0, bytes=7)}).of_tenants
    assert quotas.of("red") == Quota(shares=5)
    assert quotas.of("blue") == Quota(bytes=7)
    assert PipelineSettings().quotas.of_tenants.of("anybody") == Quota(shares=10_000, bytes=2**50)
