"""Runs parts of the pipeline in this process, as asked: API, relay, processor with its sweepers, notifier, gateway."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from connector.clock import steady_clock
from connector.values import replace
from pipeline.api.metrics_app import metrics_app
from pipeline.api.opening import open_api
from pipeline.gateway.opening import open_gateway
from pipeline.notices.opening import open_notifier
from pipeline.overrides import Overrides
from pipeline.part_checks import check_settings
from pipeline.parts import Part
from pipeline.processor.opening import open_processor
from pipeline.runtime import Runtime
from pipeline.settings import GatewaySettings, PipelineSettings
from pipeline.spool.broker import Broker
from pipeline.spool.relay import relay
from pipeline.store.store import Store

__all__ = ["running"]

_LOG = logging.getLogger(__name__)


@asynccontextmanager
async def running(
    settings: PipelineSettings,
    parts: frozenset[Part],
    *,
    overrides: Overrides | None = None,
    runtime: Runtime | None = None,
) -> AsyncIterator[Mapping[Part, str | None]]:
    """Run the parts while the context is open; gives the URL of each that has one.

    Raises `SettingsError`, `StoreOpenError`, `ListenError`, and `connector.errors.ConnectorError` for the targets.
    """
    check_settings(settings, parts)
    overrides, runtime = overrides or Overrides(), runtime or _runtime(settings)
    clock = steady_clock(asyncio.get_running_loop())
    targets = [] if settings.targets is None else runtime.read_targets(settings.targets)
    urls: dict[Part, str | None] = {}
    async with AsyncExitStack() as stack:
        if parts & {Part.API, Part.RELAY, Part.PROCESSOR, Part.NOTIFIER}:
            answers = settings.api.store_wait if Part.API in parts else None
            store = await stack.enter_async_context(runtime.open_store(settings.store, clock, answers=answers))
            clock = store.clock
            broker = await stack.enter_async_context(_broker(settings, parts, store, runtime))
            if Part.API in parts:
                urls[Part.API] = await stack.enter_async_context(
                    open_api(settings, targets, store, clock, overrides=overrides, runtime=runtime)
                )
            if Part.RELAY in parts:
                assert broker is not None, "a relay has a broker"
                seen = overrides.outbox(store.spool), overrides.broker(broker)
                await stack.enter_async_context(relay(*seen, holder=runtime.holder()))
                urls[Part.RELAY] = None
            if Part.PROCESSOR in parts:
                await stack.enter_async_context(
                    open_processor(settings, targets, store, broker, clock, overrides=overrides, runtime=runtime)
                )
                urls[Part.PROCESSOR] = None
            if Part.NOTIFIER in parts:
                await stack.enter_async_context(
                    open_notifier(settings, store, clock, overrides=overrides, runtime=runtime)
                )
                urls[Part.NOTIFIER] = None
        if Part.GATEWAY in parts:
            gateway = open_gateway(_upstreams(settings.gateway, urls), settings.gateway, clock, runtime)
            urls[Part.GATEWAY] = await stack.enter_async_context(gateway)
        if Part.API not in parts and runtime.metrics is not None and settings.metrics.port is not None:
            address = settings.metrics.host, settings.metrics.port
            where = await stack.enter_async_context(runtime.serve_http(metrics_app(runtime.metrics), *address))
            _LOG.info("metrics are at %s/metrics", where)
        for part, url in urls.items():
            _LOG.info("%s is ready%s", part, f" at {url}" if url else "")
        yield {part: urls[part] for part in Part if part in urls}


def _runtime(settings: PipelineSettings) -> Runtime:
    runtime = Runtime()
    if settings.metrics.enabled:
        from pipeline.metrics import Metrics  # brings prometheus_client along

        runtime = replace(runtime, metrics=Metrics())
    if settings.traces.setup is not None:
        from pipeline.tracing import open_tracing  # brings opentelemetry along

        runtime = replace(runtime, tracing=open_tracing(settings.traces.setup))
    return runtime


@asynccontextmanager
async def _broker(
    settings: PipelineSettings, parts: frozenset[Part], store: Store, runtime: Runtime
) -> AsyncIterator[Broker | None]:
    """Where these parts put messages, or get them; None: in the store, or nowhere."""
    if settings.spool is None or not parts & {Part.RELAY, Part.PROCESSOR}:
        yield None
        return
    async with runtime.open_broker(settings.spool, store.identity) as broker:
        yield broker


def _upstreams(settings: GatewaySettings, urls: Mapping[Part, str | None]) -> Sequence[str]:
    """Where the API is: elsewhere, or in this process."""
    if settings.upstream is None:
        here = urls[Part.API]
        assert here is not None, "an API has a URL"
        return [here]
    return [settings.upstream] if isinstance(settings.upstream, str) else settings.upstream
