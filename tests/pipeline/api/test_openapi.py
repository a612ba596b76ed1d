"""The API holds to its own document: schemathesis generates requests from it, and judges the answers."""

import asyncio
import json
import re
import threading
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.core.result import Ok
from starlette.routing import Route

from connector.clock import steady_clock
from connector.http_server import http_server
from connector.operations import Verb
from pipeline.api.app import Api, create_api
from pipeline.api.bodies import ListQuery
from pipeline.api.cursor import cursor_behind, row_behind
from pipeline.api.resource import Resource
from pipeline.findings import FindingKind, SweepFinding
from pipeline.metrics import Metrics
from pipeline.settings import ApiSettings
from pipeline.store.sqlite import open_store
from pipeline.store.store import Store
from pipeline.uuid7 import uuid7_maker
from tests.pipeline.store.stores import HandClock, accepted, new_share, taken

pytestmark = pytest.mark.xdist_group("openapi")  # what they share is made once

EXAMPLES = 6

CONFIG = {
    "generation": {
        # Names are bound in bytes of UTF-8, which JSON Schema cannot say: of ASCII there are as many as characters.
        "codec": "ascii",
    },
    "checks": {
        "positive_data_acceptance": {
            "expected-statuses": [
                "2xx", 401, 403, 404, 409,
                405,  # the share is there, and not active
                422,  # the Idempotency-Key came before with another body
            ],
        },
    },
    "operations": [
        {
            # What makes a text a URL that can be sent to, or a secret, is more than a pattern can say.
            "include-path": "/v1/webhooks",
            "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", 400]}},
        },
    ],
}  # fmt: skip
"""No check is left out; these are what the document cannot say, each with its reason."""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A served API; requests come from this thread, and it runs in another."""
    stop, ready = asyncio.Event(), threading.Event()
    urls: list[str] = []
    loops: list[asyncio.AbstractEventLoop] = []

    async def serve(path: Path) -> None:
        loops.append(asyncio.get_running_loop())
        clock = steady_clock(loops[0])
        async with open_store(path, clock) as store:
            app = create_api(store, ApiSettings(), clock=clock, new_id=uuid7_maker(clock), metrics=Metrics())
            async with http_server(app) as at:
                urls.append(at)
                ready.set()
                await stop.wait()

    path = tmp_path_factory.mktemp("openapi") / "store.db"
    thread = threading.Thread(target=lambda: asyncio.run(serve(path)))
    thread.start()
    assert ready.wait(60)
    yield urls[0]
    loops[0].call_soon_threadsafe(stop.set)
    thread.join(60)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_whatever_is_made_of_the_document_is_answered_as_it_says(url: str, mode: GenerationMode) -> None:
    config = SchemathesisConfig.from_dict(CONFIG)
    schema = schemathesis.openapi.from_url(f"{url}/openapi.json", config=config)
    operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
    assert len(operations) > 12
    for operation in operations:
        takes: dict[str, Any] = operation.definition.raw
        if mode is GenerationMode.NEGATIVE and not (takes["parameters"] or "requestBody" in takes):
            continue  # there is nothing to get wrong
        if "text/event-stream" in takes["responses"].get("200", {}).get("content", {}):
            continue  # it has no end; test_waiting.py reads it
        _hold(operation, mode)


def _hold(operation: Any, mode: GenerationMode) -> None:
    @settings(max_examples=EXAMPLES, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def hold(data: st.DataObject) -> None:
        data.draw(operation.as_strategy(generation_mode=mode)).call_and_validate()

    hold()


def _api() -> Api:
    return create_api(
        None,  # type: ignore[arg-type]  # nothing is asked of it
        ApiSettings(),
        clock=lambda: 0.0,
        new_id=str,
        metrics=Metrics(),
    )


def test_every_route_has_a_description_and_every_answer_a_schema() -> None:
    api = _api()
    document = json.loads(api.document())
    routed = {
        (route.path.replace(":path", ""), method.lower())
        for route in api.routes
        if isinstance(route, Route) and isinstance(route.endpoint, Resource)
        for method in set(route.endpoint.allow.split(", ")) - {"HEAD", "OPTIONS"}
    }
    assert routed == {(path, method) for path, methods in document["paths"].items() for method in methods}
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    names = [each["operationId"] for methods in document["paths"].values() for each in methods.values()]
    assert len(names) == len(set(names))


async def test_what_is_answered_has_the_members_that_the_document_says_and_no_others(
    client: httpx.AsyncClient, store: Store
) -> None:
    schemas = json.loads(_api().document())["components"]["schemas"]
    await accepted(store)
    assert await store.begin(await taken(store), Verb.CREATE, seconds=10.0) is not None
    found = SweepFinding(kind=FindingKind.MISSING, name="n", mark="m", detail="d")
    await store.report("north", [found], frozenset(FindingKind))
    for rows, schema in (
        ("shares", "ShareJson"),
        ("events", "EventJson"),
        ("attempts", "AttemptJson"),
        ("findings", "FindingJson"),
    ):
        [row] = (await client.get(f"/v1/{rows}")).json()[rows]
        assert row.keys() == schemas[schema]["properties"].keys()


async def test_the_page_to_try_it_loads_nothing_and_its_policy_lets_only_itself_run(client: httpx.AsyncClient) -> None:
    page = await client.get("/try")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    for tag, source in (("script", "script-src"), ("style", "style-src")):
        [inner] = re.findall(rf"<{tag}>(.*?)</{tag}>", page.text, re.DOTALL)
        digest = b64encode(sha256(inner.encode()).digest()).decode()
        assert f"{source} 'sha256-{digest}'" in policy
    assert not re.findall(r"https?://|innerHTML|\son[a-z]+=|eval\(", page.text)


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "0",
        "3",
        "AQAAAAAAAAAA ",
        "AQAAAAAAAAA",
        "AgAAAAAAAAAA",
        "AYAAAAAAAAAA",
        "AQAAAAAAAAA=",
        "AQ\0AAAAAAAAA",
        "Aü",
    ],
)
async def test_what_no_page_gave_as_a_cursor_is_refused(client: httpx.AsyncClient, cursor: str) -> None:
    refused = await client.get("/v1/shares", params={"cursor": cursor})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "cursor")


@given(row=st.integers(0, 2**63 - 1))
def test_a_cursor_names_the_row_that_it_was_made_of(row: int) -> None:
    cursor = cursor_behind(row)
    assert ListQuery(cursor=cursor).cursor == cursor
    assert row_behind(cursor) == row


async def test_a_page_says_in_a_link_where_the_next_one_is_with_the_same_filters(
    client: httpx.AsyncClient, store: Store
) -> None:
    names = ["a b", "ü&x", "c"]
    for name in names:
        await accepted(store, new_share(id=name, name=name))
    seen, at = [], "/v1/shares?location=north&state=pending&limit=1"
    while at:
        page = await client.get(at)
        seen += [row["name"] for row in page.json()["shares"]]
        link = page.headers.get("link", "")
        assert bool(link) == (page.json()["next"] is not None)
        at = link.removeprefix("<").removesuffix('>; rel="next"')
        assert not at or at.startswith("/v1/shares?location=north&state=pending&limit=1&cursor=")
    assert seen == names


async def test_shares_are_listed_since_an_instant_whatever_zone_it_is_told_in(
    client: httpx.AsyncClient, store: Store, clock: HandClock
) -> None:
    await accepted(store, new_share(id="old", name="old"))
    clock.forward(60.0)
    await accepted(store, new_share(id="new", name="new"))
    at = (await client.get("/v1/shares/north/new")).json()["updated_at"]
    for since in (at, "2025-11-24T17:01:00.25+01:00"):
        page = await client.get("/v1/shares", params={"since": since, "limit": 1})
        assert [row["name"] for row in page.json()["shares"]] == ["new"]
        assert "since=2025-11-24T1" in page.headers["link"]
    for wrong in ("1764000000", "2025-11-24", "2025-11-24T17:01:00", "2025-13-24T17:01:00Z", "", "now"):
        refused = await client.get("/v1/shares", params={"since": wrong})
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "since")
