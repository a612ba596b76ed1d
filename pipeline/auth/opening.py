"""Who is let in, as the settings say."""

from pathlib import Path

from connector.clock import Clock
from pipeline.auth.access_control import AccessControl
from pipeline.auth.authenticator import Authenticator
from pipeline.auth.limits import Backpressure, Buckets
from pipeline.settings import AuthMode, AuthSettings, PipelineSettings
from pipeline.store.store import Store

__all__ = ["open_access_control"]


async def open_access_control(settings: PipelineSettings, store: Store, clock: Clock) -> AccessControl:
    """Who is let in, and how much of what they ask. Raises `SettingsError`."""
    limits = settings.limits
    retry_after = str(max(1, round(settings.api.retry_after)))
    authenticator = await _authenticator(settings.auth, clock)
    return AccessControl(
        authenticator=authenticator,
        buckets=None if authenticator is None or not limits.rate else Buckets(limits.rate, limits.burst, clock),
        backpressure=Backpressure(store.backlog, limits.waiting, clock, retry_after) if limits.waiting else None,
        most=limits.under_way,
    )


async def _authenticator(settings: AuthSettings, clock: Clock) -> Authenticator | None:
    match settings.mode:
        case AuthMode.TOKEN:
            from pipeline.auth.keys import IssuerKeys, file_reader, url_reader  # brings joserfc along
            from pipeline.auth.tokens import TokenAuthenticator

            assert settings.jwks is not None, "the settings were checked"
            is_url = settings.jwks.startswith(("https:", "http:"))
            read = url_reader(settings.jwks) if is_url else file_reader(Path(settings.jwks))
            keys = IssuerKeys(read, where=settings.jwks, refresh=settings.refresh, clock=clock)
            await keys.load()
            return TokenAuthenticator(settings=settings, keys=keys, clock=clock)
        case AuthMode.CERTIFICATE:
            from pipeline.auth.certificates import CertificateAuthenticator

            return CertificateAuthenticator(operators=frozenset(settings.operators))
        case AuthMode.NONE | None:
            return None
