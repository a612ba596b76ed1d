"""The processes of a service together: started in their order, ended in the other."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from harness.live.launch import Launch
from harness.live.process import PartProcess
from harness.live.spawned import StartProcess, spawn

__all__ = ["open_parts"]


@asynccontextmanager
async def open_parts(
    launches: Sequence[Launch], logs: Path, *, together: bool = False, start: StartProcess = spawn
) -> AsyncIterator[Mapping[str, PartProcess]]:
    """Start the parts; end them all, however the context ends.

    logs: a folder for what they print. together: at the same time, where they do not need each other to come up;
    otherwise each when those before it are ready. start: how their processes are started. Raises `ServiceUnavailable`
    where one does not come up.
    """
    logs.mkdir(mode=0o700, exist_ok=True)  # noqa: ASYNC240 - once, before anything runs
    parts = [PartProcess(launch, logs, start) for launch in launches]
    first = [part for part in parts if part.at_once]
    try:
        for part in first:
            await part.spawn()
            if not together:
                await part.ready()
        for part in first:
            await part.ready()  # at once where it was: but a part may have ended since
        yield {part.part: part for part in parts}
    finally:
        try:
            for part in reversed(parts):
                await part.stop()
        finally:
            # Whoever cancels a second time is in a hurry; nothing may stay behind all the same.
            for part in parts:
                part.kill()
