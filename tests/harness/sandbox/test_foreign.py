"""A service of somebody else in the sandbox: what it does not offer is said, and the rest is as for any."""

import asyncio
from html import unescape
from pathlib import Path

import httpx

from harness.sandbox.sandbox import Sandbox
from tests.harness.sandbox.standing import hosted_in_sandbox

ONE = {"ask": "create", "location": "north", "name": "one", "size": "1 GiB"}


def test_what_a_service_does_not_offer_is_said_and_the_rest_works(tmp_path: Path) -> None:
    async def test(sandbox: Sandbox, client: httpx.AsyncClient) -> None:
        shown = (await client.get("/")).text
        assert "The service does not show its queue" in shown
        assert "This service offers no access rules and no snapshots." in shown
        refused = await client.post("/portal", data=ONE | {"ask": "allow"})
        assert unescape(refused.text) == "ask: 'allow' is not accepted; accepted: create, resize, delete, get"
        refused = await client.post("/queue/hold", data={"where": "north", "kind": "pause", "reason": "x"})
        assert (refused.status_code, "does not show its queue" in refused.text) == (422, True)
        assert (await client.post("/portal", data=ONE)).text == "create north/one: 202"
        await asyncio.sleep(5)
        assert sandbox.table.counts() == {"active": 1}
        await client.post("/parts/worker/kill")
        await client.post("/portal", data=ONE | {"name": "two"})
        await asyncio.sleep(2)
        assert "the worker is down: nobody works on it" in unescape((await client.get("/")).text)
        await client.post("/heal")
        await asyncio.sleep(20)
        assert sandbox.table.counts() == {"active": 2}

    hosted_in_sandbox(tmp_path, test, scenario=Path("examples/portal_asyncio/scenarios/calm.toml"))
