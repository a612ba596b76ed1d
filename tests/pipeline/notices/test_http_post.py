"""Posts over real sockets: what an answer means, and whom a connection is made to."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from connector.clock import steady_clock
from connector.http_server import http_server
from harness.servers.inbox import InboxAction, InboxRule
from harness.servers.webhook_inbox import WebhookInbox
from pipeline.notices.addresses import parse_network
from pipeline.notices.http_post import open_http_post
from pipeline.notices.sender import Post

LOOPBACK = [parse_network("127.0.0.0/8")]
HEADERS = [("webhook-id", "msg_1")]


@asynccontextmanager
async def receiving() -> AsyncIterator[tuple[WebhookInbox, str]]:
    inbox = WebhookInbox(steady_clock(asyncio.get_running_loop()))
    async with http_server(inbox) as url:
        yield inbox, url


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    async with open_http_post(timeout=10.0, allowed=LOOPBACK) as opened:
        yield opened


async def test_a_message_arrives_as_it_was_sent(post: Post) -> None:
    async with receiving() as (inbox, url):
        reply = await post(f"{url}/hook?from=us", HEADERS, b"{}")
    assert (reply.status, reply.error) == (204, None)
    (received,) = inbox.taken
    assert (received.path, received.message, received.body) == ("/hook", "msg_1", b"{}")


@pytest.mark.parametrize(
    ("status", "headers", "retry_after", "gone"),
    [
        (302, {"location": "http://127.0.0.1:1/"}, None, False),
        (404, {}, None, False),
        (410, {}, None, True),
        (429, {"retry-after": "7"}, 7.0, False),
        (503, {"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, None, False),
    ],
)
async def test_all_but_2xx_is_a_failure_and_a_redirect_is_not_followed(
    post: Post, status: int, headers: dict[str, str], retry_after: float | None, gone: bool
) -> None:
    async with receiving() as (inbox, url):
        inbox.rules.append(InboxRule(action=InboxAction.REJECT, status=status, headers=headers))
        reply = await post(url, HEADERS, b"{}")
    assert (reply.status, reply.error, reply.retry_after, reply.gone) == (
        status,
        f"answered {status}",
        retry_after,
        gone,
    )
    assert len(inbox.seen) == 1


async def test_an_answer_that_does_not_come_is_a_failure() -> None:
    async with receiving() as (inbox, url), open_http_post(timeout=0.2, allowed=LOOPBACK) as post:
        inbox.rules.append(InboxRule(action=InboxAction.DROP))
        reply = await post(url, HEADERS, b"{}")
    assert reply.error == "no answer within 0.2 s"
    assert len(inbox.taken) == 1


async def test_who_does_not_listen_is_a_failure(post: Post) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        reply = await post(f"http://127.0.0.1:{taken.getsockname()[1]}/", HEADERS, b"{}")
    assert reply.status is None
    assert reply.error


async def test_a_private_address_is_refused_before_a_connection_is_made() -> None:
    async with receiving() as (inbox, url), open_http_post(timeout=5.0, allowed=()) as post:
        reply = await post(url, HEADERS, b"{}")
    assert reply.error is not None
    assert "127.0.0.1 is not a public address" in reply.error
    assert inbox.seen == []


async def test_the_address_that_was_checked_is_the_one_that_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that leads outside when it is checked, and inside a moment later, leads nowhere."""
    looked_up: list[str] = []
    loop = asyncio.get_running_loop()
    real = loop.getaddrinfo

    async def rebinding(host: Any, port: Any, **options: Any) -> Any:
        if host != "rebinding.example":
            return await real(host, port, **options)
        looked_up.append(host)
        address = "127.0.0.2" if len(looked_up) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(loop, "getaddrinfo", rebinding)
    async with receiving() as (inbox, url), open_http_post(timeout=5.0, allowed=[parse_network("127.0.0.2")]) as post:
        reply = await post(url.replace("127.0.0.1", "rebinding.example"), HEADERS, b"{}")
    assert looked_up == ["rebinding.example"]
    assert reply.error is not None  # nobody listens at the address that was checked
    assert inbox.seen == []


async def test_one_address_inside_among_those_of_a_name_is_enough_to_refuse_it(monkeypatch: pytest.MonkeyPatch) -> None:
    async def both(host: Any, port: Any, **_: Any) -> Any:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (word, port)) for word in ("93.184.216.34", "10.0.0.1")]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", both)
    async with open_http_post(timeout=5.0, allowed=()) as post:
        reply = await post("https://portal.example/", HEADERS, b"{}")
    assert reply.error is not None
    assert "10.0.0.1" in reply.error
