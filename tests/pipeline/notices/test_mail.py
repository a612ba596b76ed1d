"""Notices by mail, to a server that writes down what comes."""

import asyncio
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP

from connector.values import replace
from pipeline.notices import rules
from pipeline.notices.mail import MailSender, compose
from pipeline.notices.records import EndpointKind, NoticeDelivery
from pipeline.settings import MailSettings
from pipeline.states import ShareState
from tests.pipeline.notices.events import changed, endpoint

TO = endpoint(kind=EndpointKind.MAIL, target="ops@example.org", secret=None)


def delivery(**fields: Any) -> NoticeDelivery:
    made = rules.owed(endpoint(), changed(7, ShareState.FAILING, None, reason="<no> space"), "store", 2_000.0)
    assert made is not None
    return replace(made, **fields)


class MailInbox:
    """A handler of aiosmtpd. answer: to each mail."""

    def __init__(self, answer: str = "250 OK") -> None:
        self.answer = answer
        self.mails: list[EmailMessage] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return self.answer


@pytest.mark.parametrize(("answer", "status"), [("250 OK", 250), ("451 later", 451)])
async def test_a_mail_is_handed_over_and_an_answer_but_2xx_is_a_failure(answer: str, status: int) -> None:
    inbox = MailInbox(answer)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(inbox, hostname="inbox", loop=loop), "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        settings = MailSettings(host="127.0.0.1", port=port, sender="shares@example.org")
        reply = await MailSender(settings, timeout=20.0).send(TO, delivery())
    assert reply.status == status
    assert (reply.error is None) == (status == 250)
    (mail,) = inbox.mails
    assert (mail["Subject"], mail["To"]) == ("north/home could not be made", "ops@example.org")
    assert mail["Message-ID"] == "<msg_store_7@example.org>"
    text, html = (mail.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert html is not None
    assert "Reason: <no> space" in text.get_content()
    assert "Reason: &lt;no&gt; space" in html.get_content()


async def test_a_server_that_is_not_there_is_a_failure() -> None:
    reply = await MailSender(MailSettings(host="127.0.0.1", port=1), timeout=5.0).send(TO, delivery())
    assert reply.error


def test_a_name_with_line_ends_adds_no_header() -> None:
    mail = compose(delivery(name="home\r\nBcc: all@example.org"), sender="a@example.org", to="b@example.org")
    assert mail["Bcc"] is None
