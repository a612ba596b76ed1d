"""A whole pipeline on NATS, whose server loses all that it has: what was accepted comes about all the same."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import httpx

from connector.clock import steady_clock
from harness.servers.nats import serve_nats
from pipeline.parts import Part
from pipeline.running import running
from pipeline.runtime import Runtime
from pipeline.store.sqlite import open_store
from tests.pipeline.in_memory import clusters_in_memory, quick_settings


async def test_a_server_that_loses_its_whole_store_loses_no_share(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack, asyncio.timeout(60):
        server = await stack.enter_async_context(serve_nats())
        clock = steady_clock(asyncio.get_running_loop())
        store = await stack.enter_async_context(open_store(tmp_path / "store.db", clock))
        settings, runtime = quick_settings(tmp_path, spool=server.url), Runtime(open_connectors=clusters_in_memory)
        urls = await stack.enter_async_context(running(settings, frozenset({Part.API}), runtime=runtime))
        url = urls[Part.API]
        assert url is not None
        http = await stack.enter_async_context(httpx.AsyncClient(base_url=url))

        async def create(name: str) -> None:
            asked = {"location": "north", "name": name, "size": 1024}
            assert (await http.post("/v1/shares", json=asked)).status_code == 202

        async def until(state: str, *names: str) -> None:
            for name in names:
                while (await http.get(f"/v1/shares/north/{name}")).json()["state"] != state:
                    await asyncio.sleep(0.02)

        async def until_published() -> None:
            while (await store.counts())["queued"]:
                await asyncio.sleep(0.02)

        async with running(settings, frozenset({Part.RELAY}), runtime=runtime):
            await create("before")
            await until_published()  # the broker alone has the message now
            server.process.kill()
            await server.process.wait()
            await create("while-away")
            await stack.enter_async_context(serve_nats(port=server.port))  # with an empty store
            await stack.enter_async_context(running(settings, frozenset({Part.PROCESSOR}), runtime=runtime))
            await create("after")
            await until("active", "before", "while-away", "after")
            await until_published()
