"""Sends one message to one endpoint, once; whatever happens is a reply."""

from dataclasses import dataclass
from typing import Protocol

from connector.clock import Clock
from pipeline.notices.message import body_of
from pipeline.notices.records import EndpointKind, NoticeDelivery, NoticeEndpoint, NoticeReply
from pipeline.notices.signing import secrets_of, signature_headers

__all__ = ["NoticeSender", "Post", "Sender", "reply_of_status"]

_ACCEPTED = range(200, 300)
_GONE = 410


class NoticeSender(Protocol):
    """Tries one delivery. Never raises: what went wrong is in the reply."""

    async def send(self, endpoint: NoticeEndpoint, delivery: NoticeDelivery) -> NoticeReply: ...


class Post(Protocol):
    """Sends a body to a URL, follows no redirect, and reads no more of the answer than its head."""

    async def __call__(self, url: str, headers: list[tuple[str, str]], body: bytes) -> NoticeReply: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """post: for webhooks. mail: for mail; None: this notifier has no mail server. clock: of the timestamps."""

    post: Post
    mail: NoticeSender | None
    clock: Clock

    async def send(self, endpoint: NoticeEndpoint, delivery: NoticeDelivery) -> NoticeReply:
        """See `NoticeSender.send`."""
        if endpoint.kind is EndpointKind.MAIL:
            if self.mail is None:
                return NoticeReply(error="no mail server is set: [notifier.mail] host")
            return await self.mail.send(endpoint, delivery)
        body, now = body_of(delivery), self.clock()
        headers = signature_headers(delivery.message, body, secrets_of(endpoint, now), now)
        return await self.post(endpoint.target, [("content-type", "application/json"), *headers], body)


def reply_of_status(status: int, retry_after: str | None) -> NoticeReply:
    """What an HTTP status means: 2xx alone is success, a redirect is not. retry_after: the header, in seconds."""
    if status in _ACCEPTED:
        return NoticeReply(status=status)
    asked = float(retry_after) if retry_after is not None and retry_after.isascii() and retry_after.isdigit() else None
    return NoticeReply(status=status, error=f"answered {status}", retry_after=asked, gone=status == _GONE)
