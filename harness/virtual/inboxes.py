"""The receivers of notices in a virtual world, on the harness' own host: an inbox of webhooks, and one of mail."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from connector.clock import steady_clock
from harness.scenario.scenario import Scenario
from harness.servers.mail_inbox import MailInbox
from harness.servers.webhook_inbox import WebhookInbox, answer_lifespan
from harness.service.receiver import NoticeReceiver
from harness.service.reference import NoticeInbox, NoticeLog, settings_of
from harness.virtual.hosts import NOWHERE
from harness.virtual.loop import running_loop
from harness.virtual.transports import HttpTransport

__all__ = ["Inboxes", "open_inboxes"]

_PATH, _ADDRESS = "/inbox", "inbox@localhost"
_REFUSED = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened:
    """target: as the notifier has it. receiver: what comes there bears that name. address: where it is."""

    inbox: NoticeInbox
    target: str
    receiver: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Inboxes:
    """mail: host and port of that of mail; None: there is none."""

    opened: Sequence[_Opened] = ()
    mail: tuple[str, int] | None = None

    @property
    def receivers(self) -> tuple[NoticeReceiver, ...]:
        return tuple(NoticeReceiver(inbox=each.inbox, address=each.address) for each in self.opened)

    async def register(self, notices: NoticeLog) -> NoticeLog | None:
        """Make them receivers of the pipeline's notices; None: nobody is notified. Raises `WorldError`."""
        for each in self.opened:
            await notices.register(each.inbox, each.target, receiver=each.receiver)
        return notices if self.opened else None


@asynccontextmanager
async def open_inboxes(scenario: Scenario, http: HttpTransport) -> AsyncIterator[Inboxes]:
    """Those that the scenario has: by webhook where somebody is notified, and by mail where it names a mail server."""
    notifier = settings_of(scenario).notifier
    if not notifier.enabled:
        yield Inboxes()
        return
    clock = steady_clock(running_loop())
    async with AsyncExitStack() as stack:
        webhooks = WebhookInbox(clock)
        url = f"{await stack.enter_async_context(http.serve(webhooks, NOWHERE.name, 0))}{_PATH}"
        opened = [_Opened(inbox=webhooks, target=url, receiver=_PATH, address=url)]
        mail = None
        if notifier.mail.host is not None:
            mails = MailInbox(clock)
            place = urlsplit(await stack.enter_async_context(http.serve(_MailDoor(mails), NOWHERE.name, 0)))
            assert place.hostname is not None
            assert place.port is not None
            mail = place.hostname, place.port
            opened.append(
                _Opened(inbox=mails, target=f"mailto:{_ADDRESS}", receiver=_ADDRESS, address=f"{mail[0]}:{mail[1]}")
            )
        yield Inboxes(opened=opened, mail=mail)


class _MailDoor:
    """An ASGI application: an inbox of mail where mail comes as a request, whose path says to whom."""

    def __init__(self, inbox: MailInbox) -> None:
        self._inbox = inbox

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await answer_lifespan(receive, send)
            return
        content = await Request(scope, receive).body()
        status = await self._inbox.deliver(content, [unquote(scope["path"].removeprefix("/"))])
        if status is None:
            while (await receive())["type"] != "http.disconnect":
                pass
            return
        await Response(status_code=204 if status < _REFUSED else status)(scope, receive, send)
