"""A receiver of webhooks: takes what comes, writes it down, and misbehaves as its rules say."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from connector.clock import Clock
from harness.servers.inbox import Inbox, InboxAction

__all__ = ["ReceivedWebhook", "WebhookInbox", "answer_lifespan"]


_LARGEST = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedWebhook:
    """One request. at: by the inbox's clock. path: to whom it came. headers: names in lower case."""

    at: float
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def message(self) -> str:
        """Its dedupe id."""
        return self.headers.get("webhook-id", "")

    @property
    def data(self) -> Mapping[str, Any]:
        """What it tells of a share."""
        data: Mapping[str, Any] = json.loads(self.body)["data"]
        return data


class WebhookInbox(Inbox[ReceivedWebhook]):
    """An ASGI application."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await answer_lifespan(receive, send)
            return
        request = Request(scope, receive)
        body = b""
        try:
            async for chunk in request.stream():
                body += chunk
                if len(body) > _LARGEST:
                    await Response(status_code=413)(scope, receive, send)
                    return
        except ClientDisconnect:  # its sender was killed: nothing came
            return
        received = ReceivedWebhook(at=self._clock(), path=scope["path"], headers=dict(request.headers), body=body)
        rule = await self.receive(received)
        if rule is not None and rule.action is InboxAction.REJECT:
            await Response(status_code=rule.status, headers=rule.headers)(scope, receive, send)
            return
        if rule is not None and rule.action is InboxAction.DELAY:
            await asyncio.sleep(rule.seconds)
        if rule is not None and rule.action is InboxAction.DROP:
            while (await receive())["type"] != "http.disconnect":
                pass
            return
        await Response(status_code=204)(scope, receive, send)


async def answer_lifespan(receive: Receive, send: Send) -> None:
    """Nothing is to be done at the start, nor at the end."""
    while (message := await receive())["type"] != "lifespan.shutdown":
        await send({"type": f"{message['type']}.complete"})
    await send({"type": "lifespan.shutdown.complete"})
