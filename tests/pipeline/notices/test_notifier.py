"""The notifier on a store, with receivers that misbehave."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook

from connector.clock import steady_clock
from connector.http_server import http_server
from harness.servers.inbox import InboxAction, InboxRule
from harness.servers.webhook_inbox import WebhookInbox
from pipeline.notices.addresses import parse_network
from pipeline.notices.http_post import open_http_post
from pipeline.notices.notifier import notifier
from pipeline.notices.records import DeliveryState, NoticeEndpoint
from pipeline.notices.sender import Sender
from pipeline.settings import NotifierSettings
from pipeline.states import ShareState
from pipeline.store.sqlite import open_store
from pipeline.store.store import Store
from tests.pipeline.notices.events import SECRET, endpoint
from tests.pipeline.store.stores import accepted, new_share, taken

SETTINGS = NotifierSettings(
    scan=0.01, timeout=2.0, lease=4.0, retries=(0.05,) * 8, pause=0.02, longest_pause=0.1, grace=1.0
)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with open_store(tmp_path / "store.db", steady_clock(asyncio.get_running_loop())) as opened:
        yield opened


@asynccontextmanager
async def notifying(store: Store, settings: NotifierSettings = SETTINGS) -> AsyncIterator[None]:
    allowed = [parse_network("127.0.0.0/8")]
    async with open_http_post(timeout=settings.timeout, allowed=allowed) as post:
        sender = Sender(post=post, mail=None, clock=store.clock)
        async with notifier(settings, store=store.notices, sender=sender, holder="one"):
            yield


@asynccontextmanager
async def receiving(store: Store, *ids: str) -> AsyncIterator[tuple[WebhookInbox, list[NoticeEndpoint]]]:
    """An inbox with an endpoint at a path of its own for each id."""
    inbox = WebhookInbox(store.clock)
    async with http_server(inbox) as url:
        yield inbox, [await store.notices.add(endpoint(id=id, target=f"{url}/{id}")) for id in ids]


async def active(store: Store, name: str) -> None:
    await accepted(store, new_share(name))
    assert await store.move(await taken(store), ShareState.ACTIVE) is not None


async def until_delivered(store: Store, id: str, count: int) -> None:
    async with asyncio.timeout(30.0):
        while True:
            rows = await store.notices.deliveries(id)
            if sum(row.state is DeliveryState.DELIVERED for row in rows) == count:
                return
            await asyncio.sleep(0.01)


async def test_a_receiver_can_verify_what_it_gets_with_the_library_of_the_standard(store: Store) -> None:
    async with receiving(store, "a") as (inbox, _), notifying(store):
        await active(store, "home")
        await until_delivered(store, "a", 1)
    (received,) = inbox.taken
    told: dict[str, Any] = Webhook(SECRET).verify(received.body, dict(received.headers))
    assert told["type"] == "share.active"
    assert told["data"] == {
        "event": 2,
        "id": "id-north-home",
        "location": "north",
        "name": "home",
        "state": "active",
        "reason": None,
        "path": "/v1/shares/north/home",
    }


async def test_a_reply_that_is_lost_repeats_the_same_message_under_the_same_id(store: Store) -> None:
    settings = SETTINGS.model_copy(update={"timeout": 0.2})
    async with receiving(store, "a") as (inbox, _), notifying(store, settings):
        inbox.rules.append(InboxRule(action=InboxAction.DROP, left=2))
        await active(store, "home")
        await until_delivered(store, "a", 1)
    assert len(inbox.taken) == 3
    assert len({(row.message, row.body) for row in inbox.taken}) == 1
    errors = [row.error for row in await store.notices.attempts("a")]
    assert errors == ["no answer within 0.2 s"] * 2 + [None]


async def test_a_dead_receiver_delays_no_other(store: Store) -> None:
    async with receiving(store, "dead", "well") as (inbox, _), notifying(store):
        inbox.rules.append(InboxRule(action=InboxAction.DROP, matches=lambda row: row.path == "/dead"))
        for number in range(20):
            await active(store, f"share-{number}")
        await until_delivered(store, "well", 20)
        dead = await store.notices.deliveries("dead")
    assert not any(row.state is DeliveryState.DELIVERED for row in dead)


async def test_410_disables_an_endpoint_and_nothing_is_sent_to_it_any_more(store: Store) -> None:
    async with receiving(store, "gone", "well") as (inbox, _), notifying(store):
        inbox.rules.append(InboxRule(action=InboxAction.REJECT, status=410, matches=lambda row: row.path == "/gone"))
        await active(store, "first")
        await until_delivered(store, "well", 1)
        async with asyncio.timeout(30.0):
            while (found := await store.notices.find("gone")) is None or found.disabled is None:
                await asyncio.sleep(0.01)
        await active(store, "second")
        await until_delivered(store, "well", 2)
    assert len([row for row in inbox.seen if row.path == "/gone"]) == 1


async def test_two_notifiers_share_the_work_and_send_nothing_twice(store: Store) -> None:
    async with receiving(store, "a", "b") as (inbox, _), notifying(store), notifying(store):
        for number in range(30):
            await active(store, f"share-{number}")
        for id in ("a", "b"):
            await until_delivered(store, id, 30)
    assert len({(row.path, row.message) for row in inbox.taken}) == len(inbox.taken) == 60


async def test_a_notifier_that_stops_finishes_what_it_has_begun(store: Store) -> None:
    async with receiving(store, "a") as (inbox, _):
        async with notifying(store):
            inbox.rules.append(InboxRule(action=InboxAction.DELAY, seconds=0.2))
            await active(store, "home")
            await inbox.wait_for(lambda inbox: bool(inbox.seen))
        (row,) = await store.notices.deliveries("a")
        assert row.state is DeliveryState.DELIVERED
    assert len(inbox.seen) == 1
