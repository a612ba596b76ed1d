"""Notices by mail, to a server that writes down what comes."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from connector.clock import steady_clock
from connector.values import replace
from harness.servers.inbox import InboxAction, InboxRule
from harness.servers.mail_inbox import MailInbox, serve_mail
from pipeline.errors import SettingsError
from pipeline.notices import rules
from pipeline.notices.mail import MailSender
from pipeline.notices.mail_text import compose
from pipeline.notices.records import EndpointKind, NoticeDelivery
from pipeline.part_checks import check_settings
from pipeline.parts import Part
from pipeline.settings import MailSettings, NotifierSettings, PipelineSettings
from pipeline.states import ShareState
from tests.pipeline.auth.authority import Authority
from tests.pipeline.notices.events import changed, endpoint

TO = endpoint(kind=EndpointKind.MAIL, target="ops@example.org", secret=None)


def delivery(**fields: Any) -> NoticeDelivery:
    made = rules.owed(endpoint(), changed(7, ShareState.FAILING, None, reason="<no> space"), "store", 2_000.0)
    assert made is not None
    return replace(made, **fields)


def new_inbox() -> MailInbox:
    return MailInbox(steady_clock(asyncio.get_running_loop()))


@pytest.mark.parametrize("status", [250, 451])
async def test_a_mail_is_handed_over_and_an_answer_but_2xx_is_a_failure(status: int) -> None:
    inbox = new_inbox()
    if status != 250:
        inbox.rules.append(InboxRule(action=InboxAction.REJECT, status=status))
    async with serve_mail(inbox) as port:
        settings = MailSettings(host="127.0.0.1", port=port, sender="shares@example.org")
        reply = await MailSender(settings, timeout=20.0).send(TO, delivery())
    assert reply.status == status
    assert (reply.error is None) == (status == 250)
    (mail,) = inbox.seen
    assert (mail.subject, mail.headers["to"]) == ("north/home could not be made", "ops@example.org")
    assert mail.headers["message-id"] == "<msg_store_7@example.org>"
    assert "Reason: <no> space" in mail.text
    assert "Reason: &lt;no&gt; space" in mail.html


@asynccontextmanager
async def guarded(inbox: MailInbox, ours: Authority, *, starttls: bool = True) -> AsyncIterator[int]:
    """A mail server that lets in who logs in as `shares`, over TLS alone; gives its port."""
    loop = asyncio.get_running_loop()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(ours.issue("mail"))

    def known(*words: Any) -> AuthResult:
        return AuthResult(success=words[-1] == LoginPassword(b"shares", b"open sesame"), handled=False)

    def session() -> SMTP:
        over: dict[str, Any] = {"auth_require_tls": False}  # TLS from the first byte is not seen as such by it
        if starttls:
            over = {"tls_context": context, "require_starttls": True, "auth_required": True}
        return SMTP(inbox, hostname="inbox", loop=loop, authenticator=known, **over)

    server = await loop.create_server(session, "127.0.0.1", 0, ssl=None if starttls else context)
    async with server:
        yield server.sockets[0].getsockname()[1]


@pytest.mark.parametrize("starttls", [True, False])
async def test_a_login_goes_over_tls_and_a_wrong_one_is_a_failure(tmp_path: Path, starttls: bool) -> None:
    inbox, ours = new_inbox(), Authority(tmp_path, "ours")
    secret = tmp_path / "password"
    async with guarded(inbox, ours, starttls=starttls) as port:
        for password, status in (("open sesame\n", 250), ("open barley", 535)):
            secret.write_text(password)
            settings = MailSettings(
                host="127.0.0.1", port=port, tls=not starttls, starttls=starttls or None,
                ca=ours.path, user="shares", password_file=secret,
            )  # fmt: skip
            reply = await MailSender(settings, timeout=20.0).send(TO, delivery())
            assert reply.status == status, reply
    assert len(inbox.taken) == 1


async def test_a_certificate_of_another_authority_gets_no_mail(tmp_path: Path) -> None:
    inbox = new_inbox()
    async with guarded(inbox, Authority(tmp_path, "theirs")) as port:
        settings = MailSettings(host="127.0.0.1", port=port, starttls=True, ca=Authority(tmp_path, "ours").path)
        reply = await MailSender(settings, timeout=20.0).send(TO, delivery())
    assert "certificate verify failed" in (reply.error or "")
    assert inbox.seen == []


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"user": "shares"}, "user: a login needs both user and password_file"),
        ({"password_file": "secret"}, "user: a login needs both user and password_file"),
        ({"user": "shares", "password_file": "secret"}, "user: a password is sent over TLS alone"),
        ({"tls": True, "starttls": True}, "starttls: with tls, TLS begins with the first byte"),
    ],
)
def test_mail_settings_that_do_not_fit_together_are_refused(fields: dict[str, Any], words: str) -> None:
    mail = MailSettings(host="mail.example.org", **fields)
    settings = PipelineSettings(notifier=NotifierSettings(enabled=True, mail=mail))
    with pytest.raises(SettingsError, match=f"notifier.mail.{words}"):
        check_settings(settings, frozenset({Part.NOTIFIER}))


@pytest.mark.parametrize("key", ["password_file", "ca"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, key: str) -> None:
    settings = MailSettings(host="127.0.0.1", user="shares").model_copy(update={key: tmp_path / "none"})
    with pytest.raises(SettingsError, match=f"notifier.mail.{key}: .*none: No such file"):
        MailSender(settings, timeout=5.0)


async def test_a_server_that_is_not_there_is_a_failure() -> None:
    reply = await MailSender(MailSettings(host="127.0.0.1", port=1), timeout=5.0).send(TO, delivery())
    assert reply.error


def test_a_name_with_line_ends_adds_no_header() -> None:
    mail = compose(delivery(name="home\r\nBcc: all@example.org"), sender="a@example.org", to="b@example.org")
    assert mail["Bcc"] is None
