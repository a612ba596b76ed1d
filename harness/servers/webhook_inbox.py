"""A receiver of webhooks: takes what comes, writes it down, and misbehaves as its rules say."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from connector.clock import Clock

__all__ = ["InboxAction", "InboxRule", "ReceivedWebhook", "WebhookInbox"]


class InboxAction(StrEnum):
    """reject: answer with the rule's status, and take nothing. delay: answer late. drop: take it, and never answer.
    repeat: take it twice, as if it had come twice."""

    REJECT = "reject"
    DELAY = "delay"
    DROP = "drop"
    REPEAT = "repeat"


@dataclass(slots=True, kw_only=True)
class InboxRule:
    """What happens to the next messages. left: to how many; None: to all. seconds: of a delay. matches: to which."""

    action: InboxAction
    left: int | None = None
    status: int = 503
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 1.0
    matches: Callable[["ReceivedWebhook"], bool] = lambda _: True

    def strikes(self, received: "ReceivedWebhook") -> bool:
        """Whether this one is meant; counts it if so."""
        if self.left == 0 or not self.matches(received):
            return False
        if self.left is not None:
            self.left -= 1
        return True


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


class WebhookInbox:
    """An ASGI application. taken: what was accepted, repeats too; seen: every request, rejected ones too."""

    def __init__(self, clock: Clock) -> None:
        self.taken: list[ReceivedWebhook] = []
        self.seen: list[ReceivedWebhook] = []
        self.rules: list[InboxRule] = []
        self._clock = clock
        self._arrived = asyncio.Condition()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        request = Request(scope, receive)
        body = await request.body()
        received = ReceivedWebhook(at=self._clock(), path=scope["path"], headers=dict(request.headers), body=body)
        self.seen.append(received)
        rule = next((rule for rule in self.rules if rule.strikes(received)), None)
        if rule is not None and rule.action is InboxAction.REJECT:
            await self._notify()
            await Response(status_code=rule.status, headers=rule.headers)(scope, receive, send)
            return
        self.taken += [received] * (2 if rule is not None and rule.action is InboxAction.REPEAT else 1)
        await self._notify()
        if rule is not None and rule.action is InboxAction.DELAY:
            await asyncio.sleep(rule.seconds)
        if rule is not None and rule.action is InboxAction.DROP:
            while (await receive())["type"] != "http.disconnect":
                pass
            return
        await Response(status_code=204)(scope, receive, send)

    async def wait_for(self, condition: Callable[["WebhookInbox"], bool], *, seconds: float = 30.0) -> None:
        """Until it holds. Raises `TimeoutError`."""
        async with asyncio.timeout(seconds), self._arrived:
            await self._arrived.wait_for(lambda: condition(self))

    async def _notify(self) -> None:
        async with self._arrived:
            self._arrived.notify_all()


async def _lifespan(receive: Receive, send: Send) -> None:
    while (message := await receive())["type"] != "lifespan.shutdown":
        await send({"type": f"{message['type']}.complete"})
    await send({"type": "lifespan.shutdown.complete"})
