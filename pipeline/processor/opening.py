"""Opens the processor, as the settings say."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from connector.clock import Clock
from connector.targets import Target
from pipeline.connectors import open_connectors
from pipeline.overrides import Overrides
from pipeline.processor.processor import processor
from pipeline.runtime import Runtime
from pipeline.settings import PipelineSettings
from pipeline.spool.broker import Broker
from pipeline.store.store import Store

__all__ = ["open_processor"]


@asynccontextmanager
async def open_processor(
    settings: PipelineSettings,
    targets: list[Target],
    store: Store,
    broker: Broker | None,
    clock: Clock,
    *,
    overrides: Overrides,
    runtime: Runtime,
) -> AsyncIterator[None]:
    """A processor works while the context is open. broker: its spool; None: that of the store."""
    seen = overrides.processor_store(store)
    async with (
        open_connectors(settings, targets, overrides=overrides, runtime=runtime) as connectors,
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


def _ignored(cluster: str) -> None:
    """Nobody counts."""
