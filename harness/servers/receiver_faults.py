"""The rules of a scenario by which receivers of notices misbehave, put into their inboxes for as long as they apply."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connector.sites import Site
from harness.scenario.receivers import NoticeChannel, ReceiverKind, ReceiverRule
from harness.servers.inbox import Inbox, InboxAction, InboxRule
from harness.servers.mail_inbox import MailInbox
from harness.service.receiver import NoticeReceiver
from reports.history import Injection

__all__ = ["REFUSED_WITH", "ReceiverFaults", "kind_of"]

REFUSED_WITH: Mapping[NoticeChannel, int] = {NoticeChannel.WEBHOOK: 503, NoticeChannel.MAIL: 451}
"""What a receiver answers that is out of order for a while."""
_ACTIONS: Mapping[ReceiverKind, InboxAction] = {
    ReceiverKind.REJECTED: InboxAction.REJECT,
    ReceiverKind.DELAYED: InboxAction.DELAY,
    ReceiverKind.DROPPED: InboxAction.DROP,
    ReceiverKind.REPEATED: InboxAction.REPEAT,
}
_RECEIVER = "receiver"
"""Where it happens, in place of a cluster's name."""


def kind_of(receiver: NoticeReceiver) -> NoticeChannel:
    """What comes to it."""
    return NoticeChannel.MAIL if isinstance(receiver.inbox, MailInbox) else NoticeChannel.WEBHOOK


@dataclass(frozen=True, slots=True, kw_only=True)
class _Strike:
    at: float
    rule: ReceiverRule
    message: str


class ReceiverFaults:
    """Applies the rules of one run: `ServiceFaults`."""

    def __init__(self, rules: Sequence[ReceiverRule], receivers: Sequence[NoticeReceiver]) -> None:
        self._strikes: list[_Strike] = []
        self._now: Callable[[], float] | None = None
        for receiver in receivers:
            kind = kind_of(receiver)
            assert isinstance(receiver.inbox, Inbox)
            receiver.inbox.rules += [self._applied(rule, kind) for rule in rules if rule.selector.by in {None, kind}]

    def begin(self, now: Callable[[], float]) -> None:
        """The load begins. now: seconds since then."""
        self._now = now

    def heal(self) -> None:
        """No rule applies any more."""
        self._now = None

    def injections(self) -> list[Injection]:
        """Each notice that met a rule."""
        return [
            Injection(
                number=number,
                at=row.at,
                fault=row.rule.kind.value,
                label=row.rule.label,
                cluster=_RECEIVER,
                site=Site.NOTIFY_DELIVER,
                key=row.message,
            )
            for number, row in enumerate(self._strikes, start=1)
        ]

    def _applied(self, rule: ReceiverRule, kind: NoticeChannel) -> InboxRule[Any]:
        return InboxRule(
            action=_ACTIONS[rule.kind],
            status=REFUSED_WITH[kind],
            seconds=getattr(rule.parameters, "delay", 0.0),
            matches=lambda message: self._meets(rule, message),
        )

    def _meets(self, rule: ReceiverRule, message: Any) -> bool:
        """Whether it strikes; counts it if so. A rule counts over all receivers."""
        if self._now is None or not rule.window.holds(at := self._now()):
            return False
        first = rule.selector.first
        if first is not None and sum(1 for row in self._strikes if row.rule is rule) >= first:
            return False
        self._strikes.append(_Strike(at=at, rule=rule, message=message.message))
        return True
