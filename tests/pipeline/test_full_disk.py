"""A disk that takes no more: what could not be kept is not accepted; the API says so, and recovers with the room."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest

from pipeline.parts import Part
from pipeline.running import running
from pipeline.runtime import Runtime
from tests.full_disk import files_of_at_most
from tests.pipeline.in_memory import clusters_in_memory, quick_settings

_ROOM = 400_000
"""Bytes of a file: a new store and some accepts."""


@pytest.mark.parametrize("room", [_ROOM - 40_000, _ROOM - 20_000, _ROOM])
async def test_a_full_disk_takes_no_promise_back_and_is_told_until_there_is_room(tmp_path: Path, room: int) -> None:
    settings, runtime = quick_settings(tmp_path), Runtime(open_connectors=clusters_in_memory)
    async with AsyncExitStack() as stack, asyncio.timeout(60):
        urls = await stack.enter_async_context(running(settings, frozenset({Part.API}), runtime=runtime))
        http = await stack.enter_async_context(httpx.AsyncClient(base_url=urls[Part.API] or ""))

        async def create(name: str) -> httpx.Response:
            return await http.post("/v1/shares", json={"location": "north", "name": name, "size": 1024})

        with files_of_at_most(room):
            accepted = list[str]()
            while (reply := await create(f"share-{len(accepted)}")).status_code == 202:
                accepted.append(f"share-{len(accepted)}")
            assert (reply.status_code, reply.headers["retry-after"]) == (503, "1")
            ready = await http.get("/readyz")
            assert (ready.status_code, ready.headers["retry-after"]) == (503, "1")
            assert (await http.get("/livez")).status_code == 200
            assert (await http.get(f"/v1/shares/north/{accepted[0]}")).json()["state"] == "pending"
        assert (await http.get("/readyz")).status_code == 200
        refused = f"share-{len(accepted)}"
        assert (await http.get(f"/v1/shares/north/{refused}")).status_code == 404
        assert (await create(refused)).status_code == 202
        await stack.enter_async_context(running(settings, frozenset({Part.PROCESSOR}), runtime=runtime))
        for name in (*accepted, refused):
            while (await http.get(f"/v1/shares/north/{name}")).json()["state"] != "active":
                await asyncio.sleep(0.02)
