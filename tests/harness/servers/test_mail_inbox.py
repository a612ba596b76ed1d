"""The receiver of mail: what a notifier sends comes to it, and its rules make it misbehave."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from connector.clock import steady_clock
from connector.errors import ListenError
from connector.values import replace
from harness.servers.inbox import InboxAction, InboxRule
from harness.servers.mail_inbox import MailInbox, ReceivedMail, serve_mail
from pipeline.notices import rules
from pipeline.notices.mail import MailSender
from pipeline.notices.message import data_of
from pipeline.notices.records import EndpointKind, NoticeDelivery, NoticeReply
from pipeline.settings import MailSettings
from pipeline.states import ShareState
from tests.pipeline.notices.events import changed, endpoint

TO = endpoint(kind=EndpointKind.MAIL, target="ops@example.org", secret=None)


def delivery(**fields: Any) -> NoticeDelivery:
    made = rules.owed(endpoint(), changed(7, ShareState.FAILING, None, reason="no space"), "store", 2_000.0)
    assert made is not None
    return replace(made, **fields)


@asynccontextmanager
async def receiving() -> AsyncIterator[tuple[MailInbox, MailSender]]:
    inbox = MailInbox(steady_clock(asyncio.get_running_loop()))
    async with serve_mail(inbox) as port:
        yield inbox, MailSender(MailSettings(host="127.0.0.1", port=port), timeout=10.0)


async def test_what_a_mail_tells_of_a_share_is_what_a_webhook_tells() -> None:
    odd = delivery(location="north", name="häus/a b%2F")
    async with receiving() as (inbox, sender):
        assert (await sender.send(TO, odd)).error is None
        await inbox.wait_for(lambda inbox: len(inbox.taken) == 1)
    (mail,) = inbox.taken
    assert (mail.path, mail.message, mail.sender) == ("ops@example.org", "msg_store_7", "spoolproof@localhost")
    assert "could not be made" in mail.subject
    assert "no space" in mail.text
    assert "no space" in mail.html
    told = data_of(odd)
    assert mail.data == {member: told[member] for member in ("event", "id", "location", "name", "state")}


async def test_a_test_tells_of_no_share() -> None:
    async with receiving() as (inbox, sender):
        assert (await sender.send(TO, rules.test_delivery(TO, "msg_test_1", 1.0))).error is None
    assert [(mail.message, mail.data) for mail in inbox.taken] == [("msg_test_1", {})]


@pytest.mark.parametrize(
    ("action", "accepted", "taken"),
    [
        (InboxAction.REJECT, False, 0),
        (InboxAction.DROP, False, 1),
        (InboxAction.REPEAT, True, 2),
        (InboxAction.DELAY, True, 1),
    ],
)
async def test_a_rule_makes_it_misbehave_once(action: InboxAction, accepted: bool, taken: int) -> None:
    async with receiving() as (inbox, sender):
        inbox.rules.append(InboxRule[ReceivedMail](action=action, left=1, status=451, seconds=0.01))
        replies: list[NoticeReply] = [await sender.send(TO, delivery()) for _ in range(2)]
    assert [reply.error is None for reply in replies] == [accepted, True]
    assert (len(inbox.seen), len(inbox.taken)) == (2, taken + 1)
    if action is InboxAction.REJECT:
        assert replies[0].status == 451


async def test_a_port_that_is_taken_is_named() -> None:
    inbox = MailInbox(steady_clock(asyncio.get_running_loop()))
    async with serve_mail(inbox) as port:
        with pytest.raises(ListenError, match=f"127.0.0.1:{port}: cannot listen"):
            async with serve_mail(inbox, port=port):
                pass
