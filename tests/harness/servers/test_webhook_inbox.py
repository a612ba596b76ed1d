"""The inbox of webhooks, asked as a server asks an application."""

import asyncio

from starlette.types import Message

from harness.servers.webhook_inbox import WebhookInbox


async def test_a_webhook_whose_sender_is_killed_has_not_come() -> None:
    coming: list[Message] = [
        {"type": "http.request", "body": b"{", "more_body": True},
        {"type": "http.disconnect"},
    ]
    sent: list[Message] = []

    async def receive() -> Message:
        return coming.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    inbox = WebhookInbox(asyncio.get_running_loop().time)
    await inbox({"type": "http", "method": "POST", "path": "/inbox", "headers": []}, receive, send)
    assert (inbox.seen, sent) == ([], [])
