"""A pipeline in this process, whose one cluster is in memory: for what concerns its store, its spool and its API."""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from connector.protocol import Connector
from connector.targets import Target, write_targets
from pipeline.settings import (
    AuthMode,
    AuthSettings,
    CommandSettings,
    PipelineSettings,
    ProcessorSettings,
    SweeperSettings,
)
from tests.pipeline.processor.model_cluster import ModelCluster

__all__ = ["clusters_in_memory", "quick_settings"]


@asynccontextmanager
async def clusters_in_memory(
    targets: Iterable[Target], *, connections: int, sessions: int
) -> AsyncIterator[Mapping[str, Connector]]:
    """For `Runtime.open_connectors`."""
    yield {target.name: ModelCluster() for target in targets}


def quick_settings(directory: Path, *, store: Path | str | None = None, spool: str | None = None) -> PipelineSettings:
    """Of a pipeline with the cluster `north`, for anybody. store None: a file in the directory."""
    write_targets(directory / "targets.json", [Target(name="north", host="127.0.0.1", port=1, insecure=True)])
    return PipelineSettings(
        store=store or directory / "store.db",
        spool=spool,
        targets=directory / "targets.json",
        command=CommandSettings(connect=0.5, login=0.5, channel=0.5, command=0.5),
        processor=ProcessorSettings(lease=5.0, scan=0.5),
        sweeper=SweeperSettings(every=60.0),
        auth=AuthSettings(mode=AuthMode.NONE),
    )
