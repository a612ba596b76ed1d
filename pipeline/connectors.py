"""Opens the connectors of the clusters, with what surrounds each command."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from connector.protocol import Connector
from connector.targets import Target
from pipeline.errors import SettingsError
from pipeline.overrides import Overrides
from pipeline.processor.measured import measured
from pipeline.runtime import Runtime
from pipeline.settings import PipelineSettings

__all__ = ["open_connectors"]


@asynccontextmanager
async def open_connectors(
    settings: PipelineSettings, targets: list[Target], *, overrides: Overrides, runtime: Runtime
) -> AsyncIterator[Mapping[str, Connector]]:
    """A connector for each cluster, while the context is open. Raises `SettingsError` where there is no cluster."""
    if not targets:
        raise SettingsError(f"targets: {settings.targets} names no cluster: one at least is needed")
    command = settings.command
    async with runtime.open_connectors(targets, connections=command.connections, sessions=command.sessions) as pool:
        connectors: Mapping[str, Connector] = {name: overrides.connector(connector) for name, connector in pool.items()}
        if runtime.metrics is not None:
            connectors = measured(connectors, runtime.metrics)
        yield connectors if runtime.tracing is None else runtime.tracing.around(connectors)
