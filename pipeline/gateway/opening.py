"""Opens the gateway, as the settings say."""

from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager

from connector.clock import Clock
from pipeline.errors import SettingsError
from pipeline.runtime import Runtime
from pipeline.settings import GatewaySettings
from pipeline.uuid7 import uuid7_maker

__all__ = ["open_gateway"]


@asynccontextmanager
async def open_gateway(
    upstreams: Sequence[str], settings: GatewaySettings, clock: Clock, runtime: Runtime
) -> AsyncIterator[str]:
    """A gateway serves while the context is open; gives its URL. Raises `SettingsError`."""
    from pipeline.gateway.app import create_gateway  # only a gateway needs an HTTP client

    with ExitStack() as stack:
        log = None
        if settings.access_log is not None:
            try:
                log = stack.enter_context(runtime.open_access_log(settings.access_log))
            except OSError as error:
                raise SettingsError(f"gateway.access_log: {settings.access_log}: {error.strerror}") from error
        gateway = create_gateway(
            upstreams,
            settings,
            clock=clock,
            new_id=uuid7_maker(clock, runtime.entropy),
            open_upstream=runtime.open_upstream,
            log=log,
            tracing=runtime.tracing,
        )
        async with runtime.serve_http(gateway, settings.host, settings.port) as url:
            yield url
