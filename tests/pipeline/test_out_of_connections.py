"""A PostgreSQL that has no connection left: what it cannot keep is refused for now, and taken once it has one again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import asyncpg
import httpx

from pipeline.parts import Part
from pipeline.running import running
from pipeline.runtime import Runtime
from pipeline.settings import ApiSettings, GatewaySettings
from tests.pipeline.in_memory import clusters_in_memory, quick_settings
from tests.pipeline.store.servers import a_database, postgres_server


@asynccontextmanager
async def a_role_of_few_connections(schema_of: str, most: int) -> AsyncIterator[str]:
    """The URL of the same place for a role that may have so many, as a database with its limit."""
    server = postgres_server()
    schema = schema_of.rpartition("=")[2]
    role = f"few_{schema}"
    owner = await asyncpg.connect(server.url())
    try:
        await owner.execute(f"CREATE ROLE {role} LOGIN CONNECTION LIMIT {most}; ALTER SCHEMA {schema} OWNER TO {role}")
        yield schema_of.replace("//spoolproof@", f"//{role}@")
    finally:
        await owner.execute(f"REASSIGN OWNED BY {role} TO spoolproof; DROP ROLE {role}")
        await owner.close()


async def test_without_connections_creates_are_put_off_and_accepted_ones_stay(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack, asyncio.timeout(100):
        place = await stack.enter_async_context(a_database())
        url = await stack.enter_async_context(a_role_of_few_connections(place, 30))
        settings = quick_settings(tmp_path, store=url).model_copy(update={"api": ApiSettings(store_wait=0.5)})
        runtime = Runtime(open_connectors=clusters_in_memory)
        urls = await stack.enter_async_context(running(settings, frozenset({Part.API}), runtime=runtime))
        http = await stack.enter_async_context(httpx.AsyncClient(base_url=urls[Part.API] or "", timeout=60.0))
        owner = await asyncpg.connect(postgres_server().url())
        stack.push_async_callback(owner.close)
        role = url.partition("//")[2].partition("@")[0]

        async def create(name: str) -> httpx.Response:
            return await http.post("/v1/shares", json={"location": "north", "name": name, "size": 1024})

        async def until(state: str, *names: str) -> None:
            for name in names:
                while (await http.get(f"/v1/shares/north/{name}")).json()["state"] != state:
                    await asyncio.sleep(0.02)

        assert (await create("before")).status_code == 202
        await owner.execute(f"ALTER ROLE {role} CONNECTION LIMIT 0")
        await owner.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1", role)
        ready, *replies = await asyncio.gather(http.get("/readyz"), *(create(f"while-{n}") for n in range(5)))
        assert (ready.status_code, ready.headers["retry-after"]) == (503, "1")
        assert [(reply.status_code, reply.headers["retry-after"]) for reply in replies] == [(503, "1")] * 5
        await owner.execute(f"ALTER ROLE {role} CONNECTION LIMIT 30")
        assert (await http.get("/readyz")).status_code == 200
        assert [(await create(f"while-{n}")).status_code for n in range(5)] == [202] * 5
        await stack.enter_async_context(running(settings, frozenset({Part.PROCESSOR}), runtime=runtime))
        await until("active", "before", *(f"while-{n}" for n in range(5)))


def test_who_asks_through_a_gateway_is_told_before_it_gives_up() -> None:
    assert ApiSettings().store_wait < GatewaySettings().read
