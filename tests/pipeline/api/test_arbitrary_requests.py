"""Whatever is sent, the answer is an answer: no 5xx, no traceback, and no share that was not asked for properly."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.api.app import create_api
from pipeline.settings import ApiSettings
from pipeline.store.sqlite import open_store
from pipeline.uuid7 import uuid7_maker
from tests.pipeline.store.stores import HandClock


@dataclass(frozen=True)
class Api:
    """One API for all examples: each example is a request to it, in whatever state the others left it."""

    runner: asyncio.Runner
    client: httpx.AsyncClient

    def ask(self, method: str, target: bytes, headers: list[tuple[bytes, bytes]], content: bytes) -> httpx.Response:
        url = httpx.URL("http://api").copy_with(raw_path=target)
        return self.runner.run(self.client.request(method, url, headers=headers, content=content))


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    clock = HandClock()

    async def start(stack: AsyncExitStack, path: Path) -> httpx.AsyncClient:
        store = await stack.enter_async_context(open_store(path, clock))
        app = create_api(store, ApiSettings(), clock=clock, new_id=uuid7_maker(clock))
        # An exception that leaves the application is raised in the test.
        transport = httpx.ASGITransport(app, raise_app_exceptions=True)
        return await stack.enter_async_context(httpx.AsyncClient(transport=transport))

    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        yield Api(runner, runner.run(start(stack, tmp_path_factory.mktemp("api") / "store.db")))
        runner.run(stack.aclose())


PATHS = st.sampled_from(["/v1/shares", "/v1/events", "/v1/attempts", "/v1/findings", "/livez", "/readyz", "/problems"])
SEGMENTS = st.text(max_size=20).map(lambda text: quote(text, safe=""))
TARGETS = st.builds(
    lambda path, segments, query: "/".join([path, *segments]) + (f"?{quote(query, safe='=&%+')}" if query else ""),
    PATHS,
    st.lists(SEGMENTS, max_size=3),
    st.one_of(st.just(""), st.text(max_size=20), st.builds("{}={}".format, st.text(max_size=8), st.text(max_size=8))),
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NEARLY = st.fixed_dictionaries(
    {}, optional={key: VALUES | st.just("north") | st.just(5) for key in ("location", "name", "size", "other")}
)
BODIES = st.one_of(
    st.binary(max_size=40), NEARLY.map(json.dumps).map(str.encode), VALUES.map(json.dumps).map(str.encode)
)
HEADERS = st.lists(
    st.tuples(
        st.sampled_from([b"content-type", b"idempotency-key", b"accept", b"x-request-id"]),
        st.one_of(st.just(b"application/json"), st.binary(max_size=12)),
    ),
    max_size=3,
)


@given(method=st.sampled_from(["GET", "POST", "PATCH", "DELETE", "PUT", "HEAD", "OPTIONS", "B"]), target=TARGETS,
       headers=HEADERS, content=BODIES)  # fmt: skip
def test_any_request_gets_an_answer_that_is_not_the_services_fault(
    api: Api, method: str, target: str, headers: list[tuple[bytes, bytes]], content: bytes
) -> None:
    reply = api.ask(method, target.encode("ascii"), headers, content)
    assert reply.status_code < 500
    if reply.status_code >= 400 and method != "HEAD":
        assert reply.json()["status"] == reply.status_code
    if reply.status_code == 405:
        assert reply.headers["allow"]


@given(content=BODIES)
def test_any_body_is_accepted_or_told_what_is_wrong(api: Api, content: bytes) -> None:
    reply = api.ask("POST", b"/v1/shares", [(b"content-type", b"application/json")], content)
    assert reply.status_code in {202, 400, 409}
    if reply.status_code == 202:
        asked, made = json.loads(content), reply.json()
        assert {key: made[key] for key in asked} == asked
        shown = api.ask("GET", reply.headers["location"].encode(), [], b"")
        assert shown.json() == made
