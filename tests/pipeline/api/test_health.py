"""When the API is ready, what it measures, and that alerts and dashboard ask for what there is."""

import json
import os
import re
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import httpx
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from connector.operations import DoneReply, Request, Show
from connector.outcomes import Done, Outcome
from connector.protocol import Deadlines
from pipeline.api.app import create_api
from pipeline.api.metrics_app import metrics_app
from pipeline.errors import StoreUnavailableError
from pipeline.metrics import Metrics
from pipeline.notices.endpoints import new_endpoint
from pipeline.notices.measured import MeasuredSender
from pipeline.notices.records import NoticeDelivery, NoticeEndpoint, NoticeReply
from pipeline.processor.measured import measured
from pipeline.quotas import Excess, QuotaResource
from pipeline.settings import ApiSettings, NotifierSettings
from pipeline.store.probe import prove_commit
from pipeline.store.protocol import Bloat
from pipeline.store.sqlite import open_store
from pipeline.store.store import Store
from pipeline.store_metrics import StoreReading
from pipeline.uuid7 import uuid7_maker
from tests.pipeline.store.stores import HandClock, accepted

SHIPPED = Path(__file__).parents[3] / "examples" / "prometheus"


@asynccontextmanager
async def api(store: Store, clock: HandClock, metrics: Metrics | None = None) -> AsyncIterator[httpx.AsyncClient]:
    app = create_api(
        store, ApiSettings(), clock=clock, new_id=uuid7_maker(clock), commit=partial(prove_commit, store),
        metrics=metrics,
    )  # fmt: skip
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://api") as client:
        yield client


class Answering:
    async def perform(self, request: Request, deadlines: Deadlines) -> Outcome:
        return Done(reply=DoneReply())


def samples(text: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_it_is_ready_while_the_store_commits_and_not_while_it_only_reads(
    tmp_path: Path, clock: HandClock
) -> None:
    path = tmp_path / "store.db"
    async with open_store(path, clock, patience=0.05) as store, api(store, clock) as client:
        assert (await client.get("/readyz")).status_code == 200
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")  # the file can be read, and nobody else can write
        refused = await client.get("/readyz")
        assert (refused.status_code, refused.json()["type"]) == (503, "/problems/store-unavailable")
        assert refused.headers["retry-after"] == "1"
        assert (await client.get("/v1/shares")).status_code == 200
        assert (await client.get("/livez")).status_code == 200
        other.execute("ROLLBACK")
        other.close()
        assert (await client.get("/readyz")).status_code == 200


async def test_each_look_at_readiness_writes_so_that_a_full_disk_is_noticed(tmp_path: Path, clock: HandClock) -> None:
    path = tmp_path / "store.db"
    async with open_store(path, clock) as store, api(store, clock) as client:
        ends = []
        for _ in range(2):
            clock.forward(1.0)
            await client.get("/readyz")
            db = sqlite3.connect(path)
            ends += db.execute("SELECT expires_at FROM keys").fetchall()
            db.close()
    assert [end for (end,) in ends] == [clock() + 59.0, clock() + 60.0]


async def test_what_is_asked_and_stored_is_measured_under_the_routes_and_not_the_names(
    store: Store, clock: HandClock
) -> None:
    metrics = Metrics()
    await accepted(store)
    async with api(store, clock, metrics) as client:
        for name in ("home", "none", "nothing"):
            await client.get(f"/v1/shares/north/{name}")
        await client.request("BREW", "/v1/shares")
        found = samples((await client.get("/metrics")).text)
    labels = {"method": "GET", "route": "/v1/shares/{location}/{name}"}
    assert found["spoolproof_http_requests_total", tuple(sorted((labels | {"status": "404"}).items()))] == 2
    assert found["spoolproof_http_requests_total", tuple(sorted((labels | {"status": "200"}).items()))] == 1
    other = {"method": "other", "route": "/v1/shares", "status": "405"}
    assert found["spoolproof_http_requests_total", tuple(sorted(other.items()))] == 1
    assert found["spoolproof_shares", (("state", "pending"),)] == 1
    assert found["spoolproof_messages_queued", ()] == 1
    assert found["spoolproof_store_up", ()] == 1


async def test_metrics_are_told_while_the_store_cannot_be_read(clock: HandClock, store: Store) -> None:
    class Down:
        notices = property(lambda self: self)

        async def endpoints(self) -> list[object]:
            raise StoreUnavailableError("away")

    metrics = Metrics()
    app = create_api(Down(), ApiSettings(), clock=clock, new_id=uuid7_maker(clock), metrics=metrics)  # type: ignore[arg-type]  # all that is asked of it
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://api") as client:
        reply = await client.get("/metrics")
    assert reply.status_code == 200
    assert samples(reply.text)["spoolproof_store_up", ()] == 0


async def test_without_metrics_there_is_no_such_page(client: httpx.AsyncClient) -> None:
    assert (await client.get("/metrics")).status_code == 404


async def test_commands_are_counted_by_cluster_and_outcome_and_served_without_an_api() -> None:
    metrics = Metrics()
    connectors = measured({"north": Answering()}, metrics)
    await connectors["north"].perform(Show(name="home"), Deadlines())
    transport = httpx.ASGITransport(metrics_app(metrics))
    async with httpx.AsyncClient(transport=transport, base_url="http://processor") as client:
        found = samples((await client.get("/metrics")).text)
        assert (await client.get("/livez")).status_code == 200
    labels = (("cluster", "north"), ("outcome", "done"), ("verb", "show"))
    assert found["spoolproof_commands_total", labels] == 1
    assert not any(name.startswith("spoolproof_store") for name, _ in found), "it would say that the store is down"


async def test_dead_letters_receivers_and_what_waits_are_measured(store: Store, clock: HandClock) -> None:
    metrics = Metrics()
    await accepted(store)
    async with api(store, clock, metrics) as client:
        await client.post("/v1/webhooks", json={"url": "https://portal.example/hook"})
        gone = (await client.post("/v1/webhooks", json={"url": "https://old.example/hook"})).json()["id"]
        await client.post(f"/v1/webhooks/{gone}/disable")
        clock.forward(7.0)
        found = samples((await client.get("/metrics")).text)
    assert found["spoolproof_dead_letters", ()] == 0
    assert found["spoolproof_overdue_seconds", ()] == found["spoolproof_oldest_pending_seconds", ()] == 7.0
    states = ("ok", "failing", "disabled")
    assert [found["spoolproof_webhooks", (("state", state),)] for state in states] == [1, 0, 1]


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (NoticeReply(status=204), "delivered"),
        (NoticeReply(status=500, error="answered 500"), "failed"),
        (NoticeReply(status=410, error="answered 410", gone=True), "gone"),
    ],
)
async def test_tries_of_notices_are_counted_by_outcome(reply: NoticeReply, outcome: str) -> None:
    class Sending:
        async def send(self, endpoint: NoticeEndpoint, delivery: NoticeDelivery) -> NoticeReply:
            return reply

    metrics = Metrics()
    endpoint = new_endpoint(
        NotifierSettings(), id="1", url="https://portal.example/hook", kinds=(), tenant=None, signature=None,
        secret=None, entropy=os.urandom,
    )  # fmt: skip
    assert await MeasuredSender(sender=Sending(), metrics=metrics).send(endpoint, None) is reply  # type: ignore[arg-type]  # it is passed on
    labels = (("channel", "webhook"), ("outcome", outcome))
    assert samples(metrics.text().decode())["spoolproof_notices_total", labels] == 1


def expressions() -> Iterator[str]:
    for group in yaml.safe_load((SHIPPED / "alerts.yml").read_text())["groups"]:
        for rule in group["rules"]:
            assert rule.keys() == {"alert", "expr", "for", "labels", "annotations"}
            assert rule["annotations"].keys() == {"summary", "description"}
            assert re.fullmatch(r"[0-9]+[smh]", rule["for"])
            yield rule["expr"]
    for panel in json.loads((SHIPPED / "dashboard.json").read_text())["panels"]:
        yield from (target["expr"] for target in panel["targets"])


async def test_alerts_and_dashboard_name_only_metrics_and_labels_that_there_are(store: Store, clock: HandClock) -> None:
    metrics = Metrics()
    bloat = Bloat(dead_rows={"shares": 7}, oldest_snapshot=3.0)
    metrics.stored(
        StoreReading(
            counts=await store.counts(),
            findings={"missing": 1},
            dead=0,
            age=await store.backlog_age(),
            receivers={"ok": 1, "failing": 0, "disabled": 0},
            bloat=bloat,
        )
    )
    metrics.notified("webhook", "delivered")
    metrics.commanded("north", "create", "unreached", 0.1)
    metrics.answered("POST", "/v1/shares", 202, 0.1)
    metrics.over_quota(Excess(tenant="blue", resource=QuotaResource.SHARES, limit=1, used=1, asked=1))
    found = samples(metrics.text().decode())
    names = {name for name, _ in found} | {"process_resident_memory_bytes", "process_cpu_seconds_total"}
    labels = {label for _, pairs in found for label, _ in pairs} | {"instance", "job"}
    asked = list(expressions())
    assert len(asked) > 15
    for expression in asked:
        assert expression.count("(") == expression.count(")")
        for name in re.findall(r"\b(?:spoolproof|process)_\w+", expression):
            assert name in names
        by = [word.strip() for words in re.findall(r"by \(([^)]*)\)", expression) for word in words.split(",")]
        matched = re.findall(r"[{,]\s*(\w+)=", expression)
        assert set(by) | set(matched) <= labels


@pytest.mark.parametrize("name", ["alerts.yml", "prometheus.yml"])
def test_the_files_for_prometheus_are_readable(name: str) -> None:
    assert isinstance(yaml.safe_load((SHIPPED / name).read_text()), dict)
