"""Notices by mail: one text, plain and as HTML, from templates; a try hands it to one mail server."""

import asyncio
import ssl
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cache
from importlib.resources import files
from pathlib import Path

import aiosmtplib
from jinja2 import Environment, StrictUndefined, Template

from pipeline.errors import SettingsError
from pipeline.notices.kinds import NoticeKind
from pipeline.notices.message import data_of
from pipeline.notices.records import NoticeDelivery, NoticeEndpoint, NoticeReply
from pipeline.settings import MailSettings

__all__ = ["MailSender", "compose"]

_SUBJECTS = {
    NoticeKind.ACTIVE: "is active",
    NoticeKind.FAILED: "could not be made",
    NoticeKind.DELETED: "was deleted",
    NoticeKind.RESIZED: "was resized",
    NoticeKind.RESIZE_FAILED: "could not be resized",
    NoticeKind.DELETE_FAILED: "could not be deleted",
    NoticeKind.ACCESS_CHANGED: "has other access rules",
    NoticeKind.SNAPSHOTS_CHANGED: "has other snapshots",
    NoticeKind.VERIFIED: "was verified",
    NoticeKind.CHANGE_FAILED: "could not be changed",
    NoticeKind.LOST: "is gone from its cluster",
}

_HEADERS = {
    "Spoolproof-Event": "event",
    "Spoolproof-Share": "id",
    "Spoolproof-State": "state",
    "Spoolproof-Path": "path",
}
"""For programs: what the body of a webhook about the same change has."""


class MailSender:
    """See `NoticeSender`. Each mail has a connection of its own, and the whole of it `timeout` seconds.

    Raises `SettingsError` where the password or the authority's certificate cannot be read.
    """

    def __init__(self, settings: MailSettings, *, timeout: float) -> None:
        self._settings = settings
        self._timeout = timeout
        self._password = None if settings.password_file is None else _password(settings.password_file)
        try:
            self._context = None if settings.ca is None else ssl.create_default_context(cafile=settings.ca)
        except OSError as error:  # ssl.SSLError is one
            raise SettingsError(f"notifier.mail.ca: {settings.ca}: {error.strerror or error}") from error

    async def send(self, endpoint: NoticeEndpoint, delivery: NoticeDelivery) -> NoticeReply:
        """See `NoticeSender.send`. A mail whose acceptance was not heard is sent again under the same Message-ID."""
        settings, mail = self._settings, compose(delivery, sender=self._settings.sender, to=endpoint.target)
        try:
            async with asyncio.timeout(self._timeout):
                await aiosmtplib.send(
                    mail,
                    hostname=settings.host,
                    port=settings.port,
                    use_tls=settings.tls,
                    start_tls=False if settings.tls else settings.starttls,
                    tls_context=self._context,
                    username=settings.user,
                    password=self._password,
                    timeout=self._timeout,
                )
        except TimeoutError:
            return NoticeReply(error=f"no answer within {self._timeout:g} s")
        except aiosmtplib.SMTPResponseException as error:
            return NoticeReply(status=error.code, error=f"answered {error.code} {error.message}")
        except (aiosmtplib.SMTPException, OSError) as error:
            return NoticeReply(error=str(error) or type(error).__name__)
        return NoticeReply(status=250)


def _password(path: Path) -> str:
    """The first line of a file."""
    try:
        return path.read_text(encoding="utf-8").partition("\n")[0].rstrip("\r")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "is no text"
        raise SettingsError(f"notifier.mail.password_file: {path}: {why}") from error


def compose(delivery: NoticeDelivery, *, sender: str, to: str) -> EmailMessage:
    """The mail about a change; the same at every try."""
    share = f"{delivery.location}/{delivery.name}"
    subject = "A test of notices" if delivery.kind is NoticeKind.TEST else f"{share} {_SUBJECTS[delivery.kind]}"
    at = datetime.fromtimestamp(delivery.at, UTC)
    when = f"{at:%Y-%m-%d %H:%M:%S} UTC"
    values = {"subject": subject, "reason": delivery.reason, "at": when, "message": delivery.message}
    mail = EmailMessage()
    mail["Subject"] = "".join(letter if letter.isprintable() else " " for letter in subject)
    mail["From"], mail["To"] = sender, to
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{delivery.message}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["Spoolproof-Type"] = delivery.kind.value
    data = data_of(delivery)
    for header, member in _HEADERS.items() if data else ():
        mail[header] = str(data[member])
    mail.set_content(_template("mail.txt").render(values))
    mail.add_alternative(_template("mail.html").render(values), subtype="html")
    return mail


@cache
def _environment(*, html: bool) -> Environment:
    return Environment(autoescape=html, undefined=StrictUndefined, keep_trailing_newline=True)  # noqa: S701 - text is text


@cache
def _template(name: str) -> Template:
    text = (files("pipeline.notices") / "templates" / name).read_text(encoding="utf-8")
    return _environment(html=name.endswith(".html")).from_string(text)
