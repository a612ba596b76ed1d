"""The inbox: webhooks with their signature and mails, read by a portal's own tests, and made to misbehave."""

import asyncio
from email.message import EmailMessage
from html import unescape
from pathlib import Path
from typing import Any

import aiosmtplib
import httpx
import pytest

from harness.sandbox.inbox import SandboxInbox
from harness.sandbox.sandbox import Sandbox
from harness.scenario.receivers import NoticeChannel
from harness.servers.inbox import InboxAction
from harness.servers.mail_inbox import MailInbox, serve_mail
from harness.servers.webhook_inbox import ReceivedWebhook, WebhookInbox
from harness.service.receiver import NoticeReceiver
from tests.harness.sandbox.hands import NOTIFIED
from tests.harness.sandbox.standing import in_sandbox

ONE = {"ask": "create", "location": "south", "name": "one", "size": "1 GiB"}
EVIL = "<script>alert(1)</script>"


async def _read(client: httpx.AsyncClient, **query: str) -> dict[str, Any]:
    found: dict[str, Any] = (await client.get("/inbox", params=query)).json()
    return found


def test_notices_come_with_their_signature_checked_and_a_test_waits_for_them(tmp_path: Path) -> None:
    async def test(sandbox: Sandbox, client: httpx.AsyncClient) -> None:
        assert await _read(client, to="/inbox", wait="2") == {"messages": [], "next": 0}
        waiting = asyncio.create_task(_read(client, to="/inbox", wait="30"))
        await client.post("/portal", data=ONE)
        first = await waiting
        (message,) = first["messages"]
        assert (message["kind"], message["to"], message["signature"], message["taken"]) == (
            "webhook",
            "/inbox",
            "valid",
            True,
        )
        assert (message["about"], message["body"]["data"]["name"]) == ("south/one", "one")
        assert message["subject"] == message["body"]["type"]
        await client.post("/portal", data=ONE | {"ask": "delete"})
        behind = await _read(client, to="/inbox", wait="30", after=str(first["next"]))
        assert behind["messages"][0]["number"] > first["next"]
        assert await _read(client, to="/nobody") == {"messages": [], "next": 0}
        assert "signature valid" in (await client.get("/")).text

    in_sandbox(tmp_path, test, text=NOTIFIED)


def test_what_anybody_sends_is_shown_as_text_and_no_notice(tmp_path: Path) -> None:
    async def test(sandbox: Sandbox, client: httpx.AsyncClient) -> None:
        (receiver,) = sandbox.world.receivers
        assert isinstance(receiver.inbox, WebhookInbox)
        here = httpx.ASGITransport(app=receiver.inbox)
        async with httpx.AsyncClient(transport=here, base_url="http://inbox") as anybody:
            for body in (EVIL, f'{{"type": "{EVIL}", "data": {{}}}}', "[]", '{"data": 7}'):
                await anybody.post("/inbox", content=body, headers={"webhook-id": EVIL})
            await anybody.post("/portal", content=EVIL)
            assert (await anybody.post("/inbox", content=b"x" * (1 << 20) + b"x")).status_code == 413
        await asyncio.sleep(2)
        rows = (await _read(client))["messages"]
        assert [row["signature"] for row in rows] == ["missing"] * 4 + ["not checked"]
        shown = (await client.get("/")).text
        assert EVIL not in shown
        assert EVIL in unescape(shown)
        history, _ = await sandbox.history()
        assert history.notices == ()

    in_sandbox(tmp_path, test, text=NOTIFIED)


def test_the_inbox_rejects_and_what_is_sent_again_arrives_and_healing_ends_it(tmp_path: Path) -> None:
    async def test(sandbox: Sandbox, client: httpx.AsyncClient) -> None:
        rejecting = {"kind": "webhook", "action": "reject", "left": "2"}
        assert (await client.post("/inbox/rules", data=rejecting)).text == "webhook: reject the next 2"
        await client.post("/inbox/rules", data={"kind": "webhook", "action": "repeat"})
        assert not sandbox.is_calm
        await client.post("/portal", data=ONE)
        await asyncio.sleep(10)
        assert sandbox.table.counts() == {"active": 1}
        seen = [message.taken for message in reversed(sandbox.inbox.shown())]
        assert seen[:3] == [False, False, True]
        shown = (await client.get("/")).text
        assert "<b>repeat</b> webhooks: all, struck" in shown
        assert "<b>reject</b>" not in shown  # it has struck as often as it should
        await client.post("/heal")
        assert sandbox.inbox.is_calm
        history, _ = await sandbox.history()
        assert len(history.notices) > len({notice.dedupe_id for notice in history.notices})

    in_sandbox(tmp_path, test, text=NOTIFIED)


WRONG = [
    ("GET", "/inbox?wait=61", "wait: '61'"),
    ("GET", "/inbox?wait=soon", "wait: 'soon'"),
    ("GET", "/inbox?after=-1", "after: '-1'"),
    ("GET", "/inbox?from=me", "query: 'from' is not accepted; accepted: to, wait, after"),
    ("POST", "/inbox/rules?kind=pigeon", "kind: 'pigeon'"),
    ("POST", "/inbox/rules?kind=mail&action=reject", "kind: no mail comes here; accepted: webhook"),
    ("POST", "/inbox/rules?kind=webhook&action=eat", "action: 'eat'"),
    ("POST", "/inbox/rules?kind=webhook&action=delay&seconds=x", "seconds: 'x'"),
    ("POST", "/inbox/rules?kind=webhook&action=delay&left=0", "left: '0'"),
    ("POST", "/inbox/receivers?to=nobody", "mailto"),
]


def test_a_wrong_question_is_one_clear_sentence(tmp_path: Path) -> None:
    async def test(sandbox: Sandbox, client: httpx.AsyncClient) -> list[tuple[int, str]]:
        answers = []
        for method, target, _ in WRONG:
            path, _, query = target.partition("?")
            answer = await (client.get(target) if method == "GET" else client.post(path, content=query))
            answers.append((answer.status_code, unescape(answer.text)))
        return answers

    for (_, target, complaint), (status, text) in zip(WRONG, in_sandbox(tmp_path, test, text=NOTIFIED), strict=True):
        assert (target, status, complaint in text) == (target, 422, True), text


async def test_mail_is_read_by_its_address_and_rejected_with_a_status_of_smtp() -> None:
    mails, webhooks = MailInbox(lambda: 1.0), WebhookInbox(lambda: 1.0)
    changed: list[None] = []
    async with serve_mail(mails) as port, asyncio.TaskGroup() as group:
        receivers = [
            NoticeReceiver(inbox=webhooks, address="http://x/inbox"),
            NoticeReceiver(inbox=mails, address=f"x:{port}"),
        ]
        inbox = SandboxInbox(receivers, {}, lambda: 0.0, lambda: changed.append(None))
        following = group.create_task(inbox.follow())
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = "portal@example.org", "ann@example.org", EVIL
        mail.set_content("Your share is ready.")
        await aiosmtplib.send(mail, hostname="127.0.0.1", port=port)
        (message,) = await inbox.wait("ann@example.org", after=0, seconds=5)
        assert (message.kind, message.subject, message.signature) == (NoticeChannel.MAIL, EVIL, None)
        assert message.as_json()["text"].strip() == "Your share is ready."
        assert changed
        rule = inbox.switch_on(NoticeChannel.MAIL, InboxAction.REJECT, left=1, seconds=1.0)
        with pytest.raises(aiosmtplib.SMTPResponseException, match="451"):
            await aiosmtplib.send(mail, hostname="127.0.0.1", port=port)
        assert (rule.strikes, rule.is_on) == (1, False)
        assert [row.number for row in await inbox.wait(None, after=0, seconds=0)] == [1]
        following.cancel()


async def test_of_many_messages_the_last_are_kept_and_numbers_go_on() -> None:
    webhooks = WebhookInbox(lambda: 1.0)
    inbox = SandboxInbox([NoticeReceiver(inbox=webhooks, address="http://x/inbox")], {}, lambda: 0.0, lambda: None)
    async with asyncio.TaskGroup() as group:
        following = group.create_task(inbox.follow())
        for number in range(1, 1101):
            headers = {"webhook-id": f"msg_{number}", "user-agent": "somebody"}
            await webhooks.receive(ReceivedWebhook(at=1.0, path="/inbox", headers=headers, body=b"{}"))
        while inbox.count < 1100:
            await asyncio.sleep(0)
        found = await inbox.wait("/inbox", after=0, seconds=0)
        assert [found[0].number, found[-1].number, found[-1].id] == [101, 1100, "msg_1100"]
        assert (len(webhooks.seen), len(webhooks.taken)) == (0, 1100)
        assert webhooks.taken[0].headers == {"webhook-id": "msg_1"}
        following.cancel()
