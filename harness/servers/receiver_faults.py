"""The rules of a scenario by which receivers of notices misbehave, put into their inboxes for as long as they apply."""

from collections.abc import Mapping, Sequence
from typing import Any

from connector.sites import Site
from harness.scenario.receivers import NoticeChannel, ReceiverKind, ReceiverRule
from harness.servers.inbox import Inbox, InboxAction, InboxRule
from harness.servers.mail_inbox import MailInbox
from harness.service.faults import ServiceFaults
from harness.service.receiver import NoticeReceiver

__all__ = ["REFUSED_WITH", "kind_of", "receiver_faults"]

REFUSED_WITH: Mapping[NoticeChannel, int] = {NoticeChannel.WEBHOOK: 503, NoticeChannel.MAIL: 451}
"""What a receiver answers that is out of order for a while."""
_ACTIONS: Mapping[ReceiverKind, InboxAction] = {
    ReceiverKind.REJECTED: InboxAction.REJECT,
    ReceiverKind.DELAYED: InboxAction.DELAY,
    ReceiverKind.DROPPED: InboxAction.DROP,
    ReceiverKind.REPEATED: InboxAction.REPEAT,
}


def kind_of(receiver: NoticeReceiver) -> NoticeChannel:
    """What comes to it."""
    return NoticeChannel.MAIL if isinstance(receiver.inbox, MailInbox) else NoticeChannel.WEBHOOK


def receiver_faults(rules: Sequence[ReceiverRule], receivers: Sequence[NoticeReceiver]) -> ServiceFaults[ReceiverRule]:
    """The rules of one run, in the inboxes of these. A rule counts over all of them."""
    faults = ServiceFaults[ReceiverRule](site=Site.NOTIFY_DELIVER, place="receiver")
    for receiver in receivers:
        kind = kind_of(receiver)
        assert isinstance(receiver.inbox, Inbox)
        receiver.inbox.rules += [_applied(rule, kind, faults) for rule in rules if rule.selector.by in {None, kind}]
    return faults


def _applied(rule: ReceiverRule, kind: NoticeChannel, faults: ServiceFaults[ReceiverRule]) -> InboxRule[Any]:
    return InboxRule(
        action=_ACTIONS[rule.kind],
        status=REFUSED_WITH[kind],
        seconds=getattr(rule.parameters, "delay", 0.0),
        matches=lambda received: faults.match((rule,), received.message) is not None,
    )
