"""The API and a processor in one process, on SQLite, before a cluster whose creates take as long as is asked.

`python -m tests.bench.http.pipeline DIRECTORY SECONDS WAITING` prints its port, and serves until its standard input
ends. SECONDS: of each create. WAITING: shares on their way, beyond which creates are refused (0: any number).
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

from connector.event_loop import run_serving
from connector.protocol import Connector
from connector.targets import Target
from connector.values import replace
from pipeline.garbage import spare_the_start
from pipeline.metrics import Metrics
from pipeline.parts import Part
from pipeline.running import running
from pipeline.runtime import Runtime
from pipeline.settings import (
    AuthMode,
    AuthSettings,
    CommandSettings,
    LimitsSettings,
    PipelineSettings,
    ProcessorSettings,
    QuotasSettings,
    SweeperSettings,
)
from tests.bench.jobs.cluster import Cluster

__all__ = ["serve"]

_LONGEST = 120.0
_NORTH = Target(name="north", host="127.0.0.1", port=1, insecure=True)


async def serve(directory: Path, seconds: float, waiting: int) -> None:
    """Until standard input ends."""

    async def work(_: str) -> None:
        await asyncio.sleep(seconds)

    @asynccontextmanager
    async def connectors(
        targets: Iterable[Target], *, connections: int, sessions: int
    ) -> AsyncIterator[Mapping[str, Connector]]:
        yield {target.name: Cluster(work) for target in targets}

    settings = PipelineSettings(
        store=directory / "store.db",
        targets=directory / "targets.json",
        auth=AuthSettings(mode=AuthMode.NONE),
        limits=LimitsSettings(waiting=waiting),
        quotas=QuotasSettings(shares=0, bytes=0),
        command=CommandSettings(command=_LONGEST),
        processor=ProcessorSettings(lease=2 * _LONGEST, grace=0.1),
        sweeper=SweeperSettings(every=3600.0),
    )
    runtime = replace(Runtime(), read_targets=lambda _: [_NORTH], open_connectors=connectors, metrics=Metrics())
    async with running(settings, frozenset({Part.API, Part.PROCESSOR}), runtime=runtime) as urls:
        spare_the_start()
        print(urlsplit(urls[Part.API] or "").port, flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    run_serving(serve(Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])))
