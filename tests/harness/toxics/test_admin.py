"""The admin API changes toxics on relays that stand, and names what it refuses."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from harness.toxics.admin import toxics_app
from harness.toxics.relay import Relay
from tests.harness.handbook.openapi import answered_as_documented
from tests.harness.toxics.worlds import elapsed, pair

SLOW = {
    "kind": "latency",
    "label": "slow",
    "direction": "down",
    "toxicity": 1.0,
    "latency": 0.05,
    "jitter": {"kind": "lognormal", "median": 0.005, "p99": 0.01},
}


@asynccontextmanager
async def api(relay: Relay, token: str = "secret") -> AsyncIterator[httpx.AsyncClient]:
    app = toxics_app({"test": relay}, token="secret", host="127.0.0.1")
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app),
        base_url="http://127.0.0.1/links",
        headers={"Authorization": f"Bearer {token}"},
    ) as client:
        client.event_hooks["response"].append(answered_as_documented)
        yield client


async def test_a_toxic_is_added_shown_changed_and_removed_while_bytes_pass() -> None:
    async with pair() as both, api(both.relay) as client:
        near, far = await both.both()
        added = await client.post("/test/toxics", json=SLOW)
        assert (added.status_code, added.json()) == (201, SLOW)
        far[1].write(b"x")
        assert (await elapsed(near[0].readexactly(1)))[0] >= 0.049
        assert (await client.get("/test/toxics/slow")).json() == SLOW
        changed = {**SLOW, "latency": 0.0, "jitter": 0.0}
        assert (await client.put("/test/toxics/slow", json=changed)).json() == changed
        (link,) = (await client.get("http://127.0.0.1/links")).json()["links"]
        assert (link["link"], link["connections"], link["counters"]["down"]) == ("test", 1, 1)
        assert link["toxics"] == [changed]
        assert (await client.delete("/test/toxics/slow")).status_code == 204
        assert (await client.get("/test/toxics")).json() == {"toxics": []}


async def test_all_toxics_go_at_once_and_connections_can_be_reset() -> None:
    async with pair() as both, api(both.relay) as client:
        near, _ = await both.both()
        for label in ("a", "b"):
            await client.post("/test/toxics", json={"kind": "slicer", "label": label})
        assert [toxic.name for toxic in both.relay.toxics] == ["a", "b"]
        assert (await client.delete("/test/toxics")).status_code == 204
        assert both.relay.toxics == ()
        assert (await client.post("/test/reset")).status_code == 204
        with pytest.raises(ConnectionResetError):
            await near[0].read()


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "words"),
    [
        ("GET", "/processor-south/toxics", None, 404, "no link 'processor-south'; there are: test"),
        ("GET", "/test/toxics/fast", None, 404, "no toxic 'fast' on test; there are: slow"),
        ("POST", "/test/toxics", SLOW, 409, "there is a toxic 'slow' already"),
        (
            "POST",
            "/test/toxics",
            {"kind": "latncy"},
            422,
            "unknown toxic 'latncy' (did you mean 'latency'?)",
        ),
        ("POST", "/test/toxics", {"kind": "down", "rset": 1}, 422, "unknown key (did you mean 'reset'?)"),
        ("POST", "/test/toxics", [], 422, "body: must be"),
        ("PUT", "/test/toxics/slow", {**SLOW, "label": "x"}, 422, "label: must be 'slow'"),
        ("PUT", "/test/toxics/slow", {"kind": "down", "label": "slow"}, 409, "'slow' is a latency"),
        ("PATCH", "/test/toxics/slow", None, 405, "method not allowed"),
    ],
)
async def test_what_is_refused_is_named(method: str, path: str, body: Any, status: int, words: str) -> None:
    async with pair() as both, api(both.relay) as client:
        await client.post("/test/toxics", json=SLOW)
        answer = await client.request(method, path, json=body)
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
        assert words in answer.json()["detail"]
        assert [toxic.name for toxic in both.relay.toxics] == ["slow"]


async def test_nobody_without_the_token_is_heard() -> None:
    async with pair() as both, api(both.relay, token="guessed") as client:
        assert (await client.post("/test/toxics", json=SLOW)).status_code == 401
        assert both.relay.toxics == ()
