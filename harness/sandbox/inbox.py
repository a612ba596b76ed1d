"""The inbox of a sandbox: the webhooks and mails that came, each with what is known of it, and how it misbehaves."""

import asyncio
import json
import math
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any

from connector.values import replace
from fake_clusters.rules.rule import NoParameters, Window
from harness.sandbox.named import CannotBreak
from harness.scenario.receivers import NoticeChannel, NoticeSelector, ReceiverKind, ReceiverPause, ReceiverRule
from harness.servers.inbox import Inbox, InboxAction, InboxRule
from harness.servers.mail_inbox import MailInbox, ReceivedMail
from harness.servers.receiver_faults import REFUSED_WITH, kind_of
from harness.servers.webhook_inbox import ReceivedWebhook, WebhookInbox
from harness.servers.webhook_signature import Signature, check_signature
from harness.service.receiver import NoticeReceiver

__all__ = ["InboxMessage", "SandboxInbox", "SwitchedRule"]

_SHOWN, _KEPT = 50, 1000
_LONG = 3600.0
_KINDS: Mapping[InboxAction, ReceiverKind] = {
    InboxAction.REJECT: ReceiverKind.REJECTED,
    InboxAction.DELAY: ReceiverKind.DELAYED,
    InboxAction.DROP: ReceiverKind.DROPPED,
    InboxAction.REPEAT: ReceiverKind.REPEATED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxMessage:
    """number: in the order of arrival. at: Unix seconds. to: the path of a webhook, the address of a mail. id: the same
    for what is sent again. about: the share that a notice tells of. taken: whether it was accepted. signature: of a
    webhook."""

    number: int
    kind: NoticeChannel
    at: float
    to: str
    id: str
    subject: str
    about: str
    text: str
    html: str
    headers: Mapping[str, str]
    taken: bool
    signature: Signature | None

    def as_json(self) -> dict[str, Any]:
        """For a portal's own tests."""
        signature = None if self.signature is None else self.signature.value
        row: dict[str, Any] = {
            "number": self.number,
            "kind": self.kind.value,
            "at": self.at,
            "to": self.to,
            "id": self.id,
            "subject": self.subject,
            "about": self.about,
            "text": self.text,
            "headers": dict(self.headers),
            "taken": self.taken,
            "signature": signature,
        }
        return row | ({"html": self.html} if self.kind is NoticeChannel.MAIL else {"body": _parsed(self.text)})


@dataclass(slots=True, kw_only=True)
class SwitchedRule:
    """A way of misbehaving. first: of so many messages; None: of all. began, ended: when it was on, in seconds of the
    run. strikes: how often it struck."""

    number: int
    kind: NoticeChannel
    rule: InboxRule[Any]
    first: int | None
    began: float
    ended: float = math.inf
    strikes: int = 0

    @property
    def is_on(self) -> bool:
        return self.rule.left != 0

    def played(self) -> ReceiverRule:
        """As a scenario has it. What was switched on and off at once was on for a moment."""
        kind = _KINDS[self.rule.action]
        is_delay = kind is ReceiverKind.DELAYED
        return ReceiverRule(
            kind=kind,
            label=f"{kind} {self.number}",
            window=Window(begins=self.began, ends=max(self.ended, self.began + 0.001)),
            selector=NoticeSelector(by=self.kind, first=self.first),
            parameters=ReceiverPause(delay=self.rule.seconds) if is_delay else NoParameters(),
        )

    def counts(self, _message: object) -> bool:
        """Asked of each message that the rule could strike."""
        self.strikes += 1
        return True


class SandboxInbox:
    """secrets: of webhooks, by path. now: seconds of the run. changed: called where there is something new.
    addresses: where it listens."""

    def __init__(
        self,
        receivers: Sequence[NoticeReceiver],
        secrets: Mapping[str, str],
        now: Callable[[], float],
        changed: Callable[[], None],
    ) -> None:
        self._now = now
        self.addresses: dict[NoticeChannel, str] = {}
        self._inboxes: dict[NoticeChannel, Inbox[Any]] = {}
        for receiver in receivers:
            assert isinstance(receiver.inbox, MailInbox | WebhookInbox)
            kind = kind_of(receiver)
            self.addresses[kind], self._inboxes[kind] = receiver.address, receiver.inbox
        self._secrets = secrets
        self._changed = changed
        self._messages: deque[InboxMessage] = deque(maxlen=_KEPT)
        self._taken = dict.fromkeys(self._inboxes, 0)
        self.count = 0
        """How many messages came."""
        self._arrived = asyncio.Condition()
        self._rules: list[SwitchedRule] = []

    @property
    def rules(self) -> Sequence[SwitchedRule]:
        """Those that are on."""
        return [row for row in self._rules if row.is_on]

    def played(self) -> Sequence[ReceiverRule]:
        """All that was switched on since the start, as a scenario has it."""
        return [row.played() for row in self._rules]

    @property
    def is_calm(self) -> bool:
        """Whether every message is taken as it comes."""
        return not self.rules

    def shown(self) -> Sequence[InboxMessage]:
        """The newest first."""
        return list(islice(reversed(self._messages), _SHOWN))

    async def follow(self) -> None:
        """Number what comes, without end."""
        async with asyncio.TaskGroup() as group:
            for kind, inbox in self._inboxes.items():
                group.create_task(self._follow(kind, inbox))

    async def _follow(self, kind: NoticeChannel, inbox: Inbox[Any]) -> None:
        while True:
            with suppress(TimeoutError):
                await inbox.wait_for(_has_any, seconds=_LONG)
            fresh, known = inbox.seen[:], self._taken[kind]
            taken = {id(message) for message in inbox.taken[known:]}
            for message in fresh:
                self.count += 1
                self._messages.append(self._read(kind, message, taken=id(message) in taken))
            # A sandbox stands for long: what is not shown any more goes, but for what a notice says.
            inbox.seen.clear()
            inbox.taken[known:] = map(_shortened, inbox.taken[known:])
            self._taken[kind] = len(inbox.taken)
            async with self._arrived:
                self._arrived.notify_all()
            self._changed()

    async def wait(self, to: str | None, *, after: int, seconds: float) -> Sequence[InboxMessage]:
        """What was taken for `to` (None: for anybody), numbered above `after`; waits so long for the first."""

        def found() -> list[InboxMessage]:
            behind = (message for message in self._messages if message.number > after)
            return [message for message in behind if message.taken and to in {None, message.to}]

        with suppress(TimeoutError):
            async with asyncio.timeout(seconds), self._arrived:
                await self._arrived.wait_for(lambda: bool(found()))
        return found()

    def switch_on(self, kind: NoticeChannel, action: InboxAction, *, left: int | None, seconds: float) -> SwitchedRule:
        """Let the next messages, or all, be struck. Raises `CannotBreak`."""
        if kind not in self._inboxes:
            raise CannotBreak(f"kind: no {kind} comes here; accepted: {', '.join(self.addresses) or 'none'}")
        rule: InboxRule[Any] = InboxRule(action=action, left=left, seconds=seconds, status=REFUSED_WITH[kind])
        row = SwitchedRule(number=len(self._rules) + 1, kind=kind, rule=rule, first=left, began=self._now())
        rule.matches = row.counts
        self._rules.append(row)
        self._inboxes[kind].rules.append(rule)
        self._changed()
        return row

    def switch_off(self, number: int) -> None:
        """Nothing happens where it is not on."""
        for row in self.rules:
            if row.number == number:
                row.rule.left, row.ended = 0, self._now()
                self._inboxes[row.kind].rules.remove(row.rule)
                self._changed()

    def heal(self) -> None:
        """Switch all off."""
        for row in self.rules:
            self.switch_off(row.number)

    def _read(self, kind: NoticeChannel, message: Any, *, taken: bool) -> InboxMessage:
        if isinstance(message, ReceivedMail):
            return InboxMessage(
                number=self.count,
                kind=kind,
                at=message.at,
                to=message.recipient,
                id=message.message,
                subject=message.subject,
                about=_about(message),
                text=message.text,
                html=message.html,
                headers=message.headers,
                taken=taken,
                signature=None,
            )
        assert isinstance(message, ReceivedWebhook)
        text = message.body.decode(errors="replace")
        parsed = _parsed(text)
        subject = parsed.get("type", "") if isinstance(parsed, dict) else ""
        return InboxMessage(
            number=self.count,
            kind=kind,
            at=message.at,
            to=message.path,
            id=message.message,
            subject=str(subject),
            about=_about(message),
            text=text,
            html="",
            headers=message.headers,
            taken=taken,
            signature=check_signature(self._secrets.get(message.path), message.headers, message.body, message.at),
        )


def _has_any(inbox: Inbox[Any]) -> bool:
    return bool(inbox.seen)


def _shortened(message: ReceivedMail | ReceivedWebhook) -> ReceivedMail | ReceivedWebhook:
    """Without what only a reader of the page wants."""
    if isinstance(message, ReceivedMail):
        return replace(message, text="", html="")
    return replace(message, headers={"webhook-id": message.message})


def _about(message: ReceivedMail | ReceivedWebhook) -> str:
    """LOCATION/NAME; nothing of what is no notice."""
    try:
        return f"{message.data['location']}/{message.data['name']}"
    except (ValueError, KeyError, TypeError):
        return ""


def _parsed(text: str) -> Any:
    """The value of a JSON text, None for any other."""
    try:
        return json.loads(text)
    except ValueError:
        return None
