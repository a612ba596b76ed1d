"""Opens the notifier, as the settings say."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from connector.clock import Clock
from pipeline.notices.measured import MeasuredSender
from pipeline.notices.notifier import notifier
from pipeline.notices.sender import Sender
from pipeline.overrides import Overrides
from pipeline.runtime import Runtime
from pipeline.settings import PipelineSettings
from pipeline.store.store import Store

__all__ = ["open_notifier"]


@asynccontextmanager
async def open_notifier(
    settings: PipelineSettings, store: Store, clock: Clock, *, overrides: Overrides, runtime: Runtime
) -> AsyncIterator[None]:
    """A notifier works while the context is open. Raises `SettingsError`."""
    given = overrides.settings(settings).notifier
    mail = None if given.mail.host is None else runtime.open_mail(given)
    async with runtime.open_post(given) as post:
        sender = overrides.sender(Sender(post=post, mail=mail, clock=clock))
        if runtime.metrics is not None:
            sender = MeasuredSender(sender=sender, metrics=runtime.metrics)
        async with notifier(given, store=overrides.notices(store.notices), sender=sender, holder=runtime.holder()):
            yield
