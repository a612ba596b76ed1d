"""Notices by mail: a try hands one to a mail server."""

import asyncio
import ssl
from pathlib import Path

import aiosmtplib

from pipeline.errors import SettingsError
from pipeline.notices.mail_text import compose
from pipeline.notices.records import NoticeDelivery, NoticeEndpoint, NoticeReply
from pipeline.settings import MailSettings

__all__ = ["MailSender"]


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
