"""A whole pipeline on NATS, whose server loses all that it has: what was accepted comes about all the same."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from connector.clock import steady_clock
from harness.servers.nats import NatsServer, serve_nats
from pipeline.parts import Part
from pipeline.running import running
from pipeline.runtime import Runtime
from pipeline.store.sqlite import open_store
from pipeline.store.store import Store
from tests.pipeline.in_memory import clusters_in_memory, quick_settings


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    """A pipeline whose API runs; `run` starts the other parts. store: as another process sees it."""

    server: NatsServer
    http: httpx.AsyncClient
    store: Store
    run: Callable[[Part], AbstractAsyncContextManager[object]]

    async def create(self, *names: str) -> None:
        for name in names:
            asked = {"location": "north", "name": name, "size": 1024}
            assert (await self.http.post("/v1/shares", json=asked)).status_code == 202

    async def until_active(self, *names: str) -> None:
        for name in names:
            while (await self.http.get(f"/v1/shares/north/{name}")).json()["state"] != "active":
                await asyncio.sleep(0.02)

    async def until_published(self) -> None:
        while (await self.store.counts())["queued"]:
            await asyncio.sleep(0.02)


@pytest.fixture
async def standing(tmp_path: Path) -> AsyncIterator[_Standing]:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(serve_nats())
        clock = steady_clock(asyncio.get_running_loop())
        store = await stack.enter_async_context(open_store(tmp_path / "store.db", clock))
        settings, runtime = quick_settings(tmp_path, spool=server.url), Runtime(open_connectors=clusters_in_memory)
        urls = await stack.enter_async_context(running(settings, frozenset({Part.API}), runtime=runtime))
        http = await stack.enter_async_context(httpx.AsyncClient(base_url=urls[Part.API] or ""))
        yield _Standing(
            server=server,
            http=http,
            store=store,
            run=lambda part: running(settings, frozenset({part}), runtime=runtime),
        )


async def test_a_server_that_loses_its_whole_store_loses_no_share(standing: _Standing) -> None:
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(standing.run(Part.RELAY))
        await standing.create("before")
        await standing.until_published()  # the broker alone has the message now
        standing.server.process.kill()
        await standing.server.process.wait()
        await standing.create("while-away")
        await stack.enter_async_context(serve_nats(port=standing.server.port))  # with an empty store
        await stack.enter_async_context(standing.run(Part.PROCESSOR))
        await standing.create("after")
        await standing.until_active("before", "while-away", "after")
        await standing.until_published()


async def test_a_server_whose_folder_is_removed_while_it_runs_loses_no_share(standing: _Standing) -> None:
    """It takes some messages more, and then answers none: the scan finds the work, and the relay keeps the messages."""
    names = [f"share-{number}" for number in range(80)]
    async with standing.run(Part.RELAY), standing.run(Part.PROCESSOR):
        await standing.create("before")
        await standing.until_published()
        shutil.rmtree(standing.server.folder)
        await standing.create(*names)
        await standing.until_active("before", *names)
        standing.server.process.kill()
        await standing.server.process.wait()
        await standing.server.process.start()
        await standing.create("after")
        await standing.until_active("after")
        await standing.until_published()
