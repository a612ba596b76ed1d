"""Runs parts of the pipeline in this process, as asked: API, relay, processor with its sweepers, notifier, gateway."""

import asyncio
import json
import logging
import os
import signal
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, ExitStack, asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path

from connector.atomic_file import is_stream, write_atomic
from connector.clock import Clock, steady_clock
from connector.output_files import check_overwritable
from connector.protocol import Connector
from connector.targets import Target
from connector.values import replace
from pipeline.api.app import Api, create_api
from pipeline.api.metrics_app import metrics_app
from pipeline.auth.opening import open_access_control
from pipeline.designs.design import DesignContext
from pipeline.designs.table import DESIGNS, parts_of
from pipeline.errors import SettingsError
from pipeline.notices.notifier import notifier
from pipeline.notices.sender import NoticeSender, Sender
from pipeline.overrides import Overrides
from pipeline.parts import Part
from pipeline.processor.differences import Discrepancy
from pipeline.processor.measured import measured
from pipeline.processor.processor import one_reconciler, processor
from pipeline.runtime import Runtime
from pipeline.settings import GatewaySettings, NotifierSettings, PipelineSettings
from pipeline.spool.broker import Broker
from pipeline.spool.relay import relay
from pipeline.store.probe import prove_commit
from pipeline.store.protocol import ApiStore
from pipeline.store.store import Store
from pipeline.uuid7 import uuid7_maker

__all__ = ["Part", "check_ready", "check_settings", "reconcile", "running", "serve", "write_ready"]

_LOG = logging.getLogger(__name__)


def check_settings(settings: PipelineSettings, parts: frozenset[Part]) -> None:
    """Raises `SettingsError` where these parts cannot run with these settings."""
    design = DESIGNS[settings.design]
    if Part.API in parts:
        _check_api(settings, parts)
    if Part.RELAY in parts and settings.spool is None:
        raise SettingsError("spool: a relay needs the URL of the broker to which it publishes")
    if lacking := parts & {Part.RELAY, Part.PROCESSOR} - set(parts_of(settings)):
        raise SettingsError(f"design: {settings.design} has no {min(lacking)}; its parts: {', '.join(design.parts)}")
    if Part.PROCESSOR in parts:
        if settings.targets is None:
            raise SettingsError("targets: a processor needs the clusters' address file")
        if (fault := settings.too_short_a_lease) is not None:
            raise SettingsError(f"processor.lease: {fault}")
    if Part.NOTIFIER in parts:
        _check_notifier(settings.notifier)
    if Part.GATEWAY in parts and Part.API not in parts and settings.gateway.upstream is None:
        raise SettingsError("gateway.upstream: a gateway without an API in its process needs the API's URL")


def _check_notifier(settings: NotifierSettings) -> None:
    if settings.lease <= settings.timeout:
        raise SettingsError(
            f"notifier.lease: {settings.lease:g} s must be longer than notifier.timeout, {settings.timeout:g} s"
        )
    if (fault := settings.mail.fault) is not None:
        raise SettingsError(f"notifier.mail.{fault}")


def _check_api(settings: PipelineSettings, parts: frozenset[Part]) -> None:
    if DESIGNS[settings.design].open is not None and settings.targets is None:
        raise SettingsError(f"targets: the API of the {settings.design} design needs the clusters' address file")
    if (fault := settings.auth.fault) is not None:
        raise SettingsError(f"auth.{fault}")
    if Part.GATEWAY in parts and settings.auth.certificate is not None:
        raise SettingsError("auth.certificate: the gateway speaks no TLS: serve the other parts without it")


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
            store = await stack.enter_async_context(runtime.open_store(settings.store, clock))
            clock = store.clock
            broker = await stack.enter_async_context(_broker(settings, parts, store, runtime))
            if Part.API in parts:
                urls[Part.API] = await stack.enter_async_context(
                    _api(settings, targets, store, clock, overrides=overrides, runtime=runtime)
                )
            if Part.RELAY in parts:
                assert broker is not None, "a relay has a broker"
                seen = overrides.outbox(store.spool), overrides.broker(broker)
                await stack.enter_async_context(relay(*seen, holder=runtime.holder()))
                urls[Part.RELAY] = None
            if Part.PROCESSOR in parts:
                await stack.enter_async_context(
                    _processor(settings, targets, store, broker, clock, overrides=overrides, runtime=runtime)
                )
                urls[Part.PROCESSOR] = None
            if Part.NOTIFIER in parts:
                await stack.enter_async_context(_notifier(settings, store, clock, overrides=overrides, runtime=runtime))
                urls[Part.NOTIFIER] = None
        if Part.GATEWAY in parts:
            gateway = _gateway(_upstreams(settings.gateway, urls), settings.gateway, clock, runtime)
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


@asynccontextmanager
async def _api(
    settings: PipelineSettings,
    targets: list[Target],
    store: Store,
    clock: Clock,
    *,
    overrides: Overrides,
    runtime: Runtime,
) -> AsyncIterator[str]:
    """Where the clusters are known, a create for any other location is refused: nobody would carry it out."""
    portal = overrides.portal_store(store)
    locations = frozenset(target.name for target in targets) if settings.targets is not None else None
    async with _accepting(
        settings, targets, store, clock, portal=portal, overrides=overrides, runtime=runtime
    ) as accepts:
        api = create_api(
            portal,
            settings.api,
            clock=clock,
            new_id=uuid7_maker(clock, runtime.entropy),
            locations=locations,
            accepts=accepts,
            commit=partial(prove_commit, store),
            metrics=runtime.metrics,
            tracing=runtime.tracing,
            notices=settings.notifier,
            entropy=runtime.entropy,
            access_control=await open_access_control(settings, store, clock),
            quotas=settings.quotas.of_tenants,
        )
        address = settings.api.host, settings.api.port
        is_plain = settings.auth.certificate is None
        async with runtime.serve_http(api, *address) if is_plain else _https(api, settings, runtime) as url:
            yield url


def _https(api: Api, settings: PipelineSettings, runtime: Runtime) -> AbstractAsyncContextManager[str]:
    from pipeline.auth.certificates import tls_of

    return runtime.serve_https(api, settings.api.host, settings.api.port, tls_of(settings.auth))


def _upstreams(settings: GatewaySettings, urls: Mapping[Part, str | None]) -> Sequence[str]:
    """Where the API is: elsewhere, or in this process."""
    if settings.upstream is None:
        here = urls[Part.API]
        assert here is not None, "an API has a URL"
        return [here]
    return [settings.upstream] if isinstance(settings.upstream, str) else settings.upstream


@asynccontextmanager
async def _gateway(
    upstreams: Sequence[str], settings: GatewaySettings, clock: Clock, runtime: Runtime
) -> AsyncIterator[str]:
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


@asynccontextmanager
async def _accepting(
    settings: PipelineSettings,
    targets: list[Target],
    store: Store,
    clock: Clock,
    *,
    portal: ApiStore,
    overrides: Overrides,
    runtime: Runtime,
) -> AsyncIterator[ApiStore]:
    """Who takes what is asked: the store as the portal sees it, or a design that also carries it out."""
    opener = DESIGNS[settings.design].open
    if opener is None:
        yield portal
        return
    async with _connectors(settings, targets, overrides=overrides, runtime=runtime) as connectors:
        context = DesignContext(
            settings=settings,
            store=store,
            connectors=connectors,
            clock=clock,
            table=overrides.table,
            holder=runtime.holder(),
        )
        async with opener(context) as accepts:
            yield accepts


def _ignored(cluster: str) -> None:
    """Nobody counts."""


@asynccontextmanager
async def _processor(
    settings: PipelineSettings,
    targets: list[Target],
    store: Store,
    broker: Broker | None,
    clock: Clock,
    *,
    overrides: Overrides,
    runtime: Runtime,
) -> AsyncIterator[None]:
    seen = overrides.processor_store(store)
    async with (
        _connectors(settings, targets, overrides=overrides, runtime=runtime) as connectors,
        processor(
            overrides.settings(settings),
            store=seen,
            spool=overrides.spool(broker or seen.spool),
            connectors=connectors,
            clock=clock,
            holder=runtime.holder(),
            table=overrides.table,
            on_retry_refused=_ignored if runtime.metrics is None else runtime.metrics.retry_refused,
        ),
    ):
        yield


async def reconcile(settings: PipelineSettings, *, apply: bool) -> Sequence[Discrepancy]:
    """All that store, spool and clusters have against each other, once. apply: mend what may be mended.

    Raises what `running` raises.
    """
    if settings.targets is None:
        raise SettingsError("targets: a reconciler needs the clusters' address file")
    if isinstance(settings.store, Path) and not settings.store.exists():  # opened, it would be made
        raise SettingsError(f"store: {settings.store} does not exist: there is nothing to reconcile")
    runtime = Runtime()
    clock = steady_clock(asyncio.get_running_loop())
    targets = runtime.read_targets(settings.targets)
    async with (
        runtime.open_store(settings.store, clock) as store,
        _connectors(settings, targets, overrides=Overrides(), runtime=runtime) as connectors,
    ):
        seen = store.with_writer("reconciler")
        reconciler = one_reconciler(settings, store=seen, connectors=connectors, clock=store.clock)
        return await reconciler.reconcile(apply=apply)


@asynccontextmanager
async def _notifier(
    settings: PipelineSettings, store: Store, clock: Clock, *, overrides: Overrides, runtime: Runtime
) -> AsyncIterator[None]:
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


@asynccontextmanager
async def _connectors(
    settings: PipelineSettings, targets: list[Target], *, overrides: Overrides, runtime: Runtime
) -> AsyncIterator[Mapping[str, Connector]]:
    if not targets:
        raise SettingsError(f"targets: {settings.targets} names no cluster: one at least is needed")
    command = settings.command
    async with runtime.open_connectors(targets, connections=command.connections, sessions=command.sessions) as pool:
        connectors: Mapping[str, Connector] = {name: overrides.connector(connector) for name, connector in pool.items()}
        if runtime.metrics is not None:
            connectors = measured(connectors, runtime.metrics)
        yield connectors if runtime.tracing is None else runtime.tracing.around(connectors)


async def serve(
    settings: PipelineSettings, parts: frozenset[Part], *, ready: Path | None = None, overrides: Overrides | None = None
) -> None:
    """Run the parts until SIGTERM or SIGINT. ready: a file that says where they are, written when all are up.

    Raises what `running` raises.
    """
    if ready is not None:
        check_ready(ready)
    with _stop_signal() as stop:
        async with running(settings, parts, overrides=overrides) as urls:
            if ready is not None:
                write_ready(ready, urls)
            await stop.wait()


@contextmanager
def _stop_signal() -> Iterator[asyncio.Event]:
    """An event that SIGTERM or SIGINT sets; a second one ends the process as if nobody listened."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    signals = (signal.SIGTERM, signal.SIGINT)

    def on_signal(received: signal.Signals) -> None:
        _LOG.warning("%s received: stopping", received.name)
        stop.set()
        for number in signals:
            loop.remove_signal_handler(number)

    for number in signals:
        loop.add_signal_handler(number, on_signal, number)
    try:
        yield stop
    finally:
        for number in signals:
            loop.remove_signal_handler(number)


def write_ready(path: Path, urls: Mapping[Part, str | None]) -> None:
    """`{part: {"url": …, "pid": …}}`, in one step: a reader never sees half of it. Raises `SettingsError`."""
    rows = {part.value: {"url": url, "pid": os.getpid()} for part, url in urls.items()}
    try:
        write_atomic(path, json.dumps(rows, indent=2) + "\n")
    except OSError as error:
        raise SettingsError(f"{path}: cannot be written: {error.strerror}") from error


def check_ready(path: Path) -> None:
    """Raises `SettingsError` where it would replace what is no such file. Devices and pipes are written to."""
    try:
        if not is_stream(path):
            check_overwritable(path, _is_ready)
    except OSError as error:
        raise SettingsError(f"{path}: cannot be written: {error.strerror}") from error


def _is_ready(text: str) -> bool:
    try:
        rows = json.loads(text)
        return bool(rows.keys() <= set(Part) and all(row.keys() == {"url", "pid"} for row in rows.values()))
    except (AttributeError, ValueError, RecursionError):
        return False
