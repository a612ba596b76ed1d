"""Each design behind the API's own application, on a real store and a cluster in memory."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from connector.clock import steady_clock
from pipeline.api.app import create_api
from pipeline.designs.design import DesignContext
from pipeline.designs.table import DESIGNS
from pipeline.processor.processor import Table
from pipeline.record import EventRow
from pipeline.settings import (
    ApiSettings,
    BlockingSettings,
    CommandSettings,
    Design,
    PipelineSettings,
    ProcessorSettings,
    RetrySettings,
)
from pipeline.store.sqlite import open_store
from pipeline.store.store import Store
from pipeline.uuid7 import uuid7_maker
from tests.pipeline.processor.model_cluster import ModelCluster

__all__ = ["HOME", "PATH", "SETTINGS", "Service", "serving"]

HOME = {"location": "north", "name": "home", "size": 1024}
PATH = "/v1/shares/north/home"

SETTINGS = PipelineSettings(
    command=CommandSettings(connect=0.05, login=0.05, channel=0.05, command=0.05, skew=0.01),
    retry=RetrySettings(attempts=3, first=0.01, longest=0.02),
    processor=ProcessorSettings(grace=0.2),
    blocking=BlockingSettings(bound=5.0),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    client: httpx.AsyncClient
    store: Store
    cluster: ModelCluster

    async def events(self, name: str = "home") -> list[EventRow]:
        return [event for event in await self.store.events() if event.name == name]

    async def path(self, name: str = "home") -> list[tuple[str | None, str]]:
        """The states that a share came to, each with who signed."""
        return [(event.after, event.writer) for event in await self.events(name)]

    async def until(self, state: str | None) -> None:
        """Until the share is in a state, or (None) gone."""
        async with asyncio.timeout(20):
            while True:
                record = await self.store.get("north", "home")
                if (record.state if record else None) == state:
                    return
                await asyncio.sleep(0.005)


@asynccontextmanager
async def serving(
    directory: Path, design: Design, cluster: ModelCluster, settings: PipelineSettings = SETTINGS
) -> AsyncIterator[Service]:
    """The API of a design; opened again on the same directory, it is the next process."""
    clock = steady_clock(asyncio.get_running_loop())
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_store(directory / "store.db", clock))
        opener = DESIGNS[design].open
        context = DesignContext(
            settings=settings,
            store=store,
            connectors={"north": cluster},
            clock=clock,
            table=Table(),
            holder="api-1",
        )
        accepts = None if opener is None else await stack.enter_async_context(opener(context))
        app = create_api(
            store,
            ApiSettings(),
            clock=clock,
            new_id=uuid7_maker(clock),
            locations=frozenset({"north"}),
            accepts=accepts,
        )
        transport = httpx.ASGITransport(app)
        client = await stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url="http://api"))
        yield Service(client=client, store=store, cluster=cluster)
