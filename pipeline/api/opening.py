"""Opens the API, as the settings say, and the design behind it."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial

from connector.clock import Clock
from connector.targets import Target
from pipeline.api.app import Api, create_api
from pipeline.auth.opening import open_access_control
from pipeline.connectors import open_connectors
from pipeline.designs.design import DesignContext
from pipeline.designs.table import DESIGNS
from pipeline.overrides import Overrides
from pipeline.runtime import Runtime
from pipeline.settings import PipelineSettings
from pipeline.store.probe import prove_commit
from pipeline.store.protocol import ApiStore
from pipeline.store.store import Store
from pipeline.uuid7 import uuid7_maker

__all__ = ["open_api"]


@asynccontextmanager
async def open_api(
    settings: PipelineSettings,
    targets: list[Target],
    store: Store,
    clock: Clock,
    *,
    overrides: Overrides,
    runtime: Runtime,
) -> AsyncIterator[str]:
    """The API serves while the context is open; gives its URL.

    Where the clusters are known, a create for any other location is refused: nobody would carry it out.
    """
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
    async with open_connectors(settings, targets, overrides=overrides, runtime=runtime) as connectors:
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
