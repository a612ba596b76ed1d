"""Opens the notifier, as the settings say."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from connector.clock import Clock
from pipeline.errors import SettingsError
from pipeline.notices.notifier import notifier
from pipeline.notices.sender import NoticeSender, Sender
from pipeline.overrides import Overrides
from pipeline.runtime import Runtime
from pipeline.settings import NotifierSettings, PipelineSettings
from pipeline.store.store import Store

__all__ = ["open_notifier"]


@asynccontextmanager
async def open_notifier(
    settings: PipelineSettings, store: Store, clock: Clock, *, overrides: Overrides, runtime: Runtime
) -> AsyncIterator[None]:
    """A notifier works while the context is open. Raises `SettingsError`."""
    given = overrides.settings(settings).notifier
    async with runtime.open_post(given) as post:
        sender = overrides.sender(Sender(post=post, mail=_mail(given), clock=clock))
        async with notifier(given, store=overrides.notices(store.notices), sender=sender, holder=runtime.holder()):
            yield


def _mail(settings: NotifierSettings) -> NoticeSender | None:
    """Raises `SettingsError` where what mail needs is not installed."""
    if settings.mail.host is None:
        return None
    try:
        from pipeline.notices.mail import MailSender  # brings aiosmtplib along, which is an extra
    except ImportError as error:
        raise SettingsError(f"notifier.mail: needs {error.name}: pip install 'spoolproof[mail]'") from error
    return MailSender(settings.mail, timeout=settings.timeout)
