"""A receiver of mail: an SMTP server on loopback that takes what comes, writes it down, and delivers nothing.

    inbox = MailInbox(clock)
    async with serve_mail(inbox) as port:       # 127.0.0.1, an SMTP server without TLS; Raises MissingPart, ListenError
        ...                                     # `[notifier.mail] host = "127.0.0.1"`, `port` this one
        await inbox.wait_for(lambda inbox: inbox.taken)
        inbox.taken[0].subject, .text, .html, .recipient, .message (its dedupe id), .data (what it tells of a share)

`rules` make it misbehave as the receiver of webhooks does (`InboxRule`): reject with a status of SMTP, delay, drop the
connection behind a mail that was taken, or take it twice. `taken` and `seen` grow with each mail: whoever keeps an
inbox for long takes the oldest away.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from urllib.parse import unquote
from weakref import WeakSet

from connector.clock import Clock
from connector.errors import ListenError
from harness.errors import MissingPart
from harness.servers.inbox import Inbox, InboxAction

__all__ = ["MailInbox", "ReceivedMail", "serve_mail"]

_HOST = "127.0.0.1"
_LARGEST = 1 << 20
_TAKEN = 250
_OF_SHARE = "/v1/shares/"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedMail:
    """One mail to one recipient. at: by the inbox's clock. headers: names in lower case. text, html: its two bodies."""

    at: float
    recipient: str
    headers: Mapping[str, str]
    text: str
    html: str

    @property
    def path(self) -> str:
        """To whom it came."""
        return self.recipient

    @property
    def subject(self) -> str:
        return self.headers.get("subject", "")

    @property
    def sender(self) -> str:
        return self.headers.get("from", "")

    @property
    def message(self) -> str:
        """Its dedupe id: the same as of a webhook about the same change."""
        return self.headers.get("message-id", "").strip("<>").rpartition("@")[0]

    @property
    def data(self) -> Mapping[str, Any]:
        """What it tells of a share, by its headers; nothing where it is a test."""
        path = self.headers.get("spoolproof-path", "").removeprefix(_OF_SHARE)
        if not path:
            return {}
        location, _, name = path.partition("/")
        return {
            "event": int(self.headers["spoolproof-event"]),
            "id": self.headers["spoolproof-share"],
            "location": unquote(location),
            "name": unquote(name),
            "state": self.headers["spoolproof-state"],
        }


class MailInbox(Inbox[ReceivedMail]):
    """A handler of aiosmtpd."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:
        status = await self.deliver(envelope.content, envelope.rcpt_tos)
        if status is None:
            server.transport.abort()
        return f"{status or _TAKEN} {'taken' if status in {None, _TAKEN} else 'rejected'}"

    async def deliver(self, content: bytes, recipients: Sequence[str]) -> int | None:
        """Take a mail. The status with which that is answered; None: with nothing."""
        mail = message_from_bytes(content, policy=policy.default)
        status: int | None = _TAKEN
        for recipient in recipients:
            rule = await self.receive(_received(mail, recipient, self._clock()))
            match None if rule is None else rule.action:
                case InboxAction.REJECT:
                    assert rule is not None
                    return rule.status
                case InboxAction.DELAY:
                    assert rule is not None
                    await asyncio.sleep(rule.seconds)
                case InboxAction.DROP:
                    status = None
        return status


def _received(mail: EmailMessage, recipient: str, at: float) -> ReceivedMail:
    text, html = (part.get_content() if (part := mail.get_body((kind,))) else "" for kind in ("plain", "html"))
    headers = {name.lower(): str(value) for name, value in mail.items()}
    return ReceivedMail(at=at, recipient=recipient, headers=headers, text=text, html=html)


@asynccontextmanager
async def serve_mail(inbox: MailInbox, *, port: int = 0) -> AsyncIterator[int]:
    """Take mail while the context is open; gives the port of loopback (0: the system picks one).

    Raises `MissingPart` where the library is not there, `ListenError` where the port cannot be had.
    """
    try:
        from aiosmtpd.smtp import SMTP  # an extra
    except ImportError as error:
        raise MissingPart("mail needs aiosmtpd: pip install 'spoolproof[mail]'") from error
    loop = asyncio.get_running_loop()
    sessions: WeakSet[SMTP] = WeakSet()

    def session() -> SMTP:
        sessions.add(made := SMTP(inbox, hostname="inbox", loop=loop, data_size_limit=_LARGEST))
        return made

    try:
        server = await loop.create_server(session, _HOST, port)
    except OSError as error:
        raise ListenError(f"{_HOST}:{port}: cannot listen: {error.strerror}") from error
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for each in list(sessions):
            if each.transport is not None:
                each.transport.close()
