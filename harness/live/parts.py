"""The pipeline's processes together: started in the order in which they need each other, ended in the other."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from harness.live.process import PartProcess, ProcessCommand
from harness.scenario.roles import Role
from harness.service.reference import OnTheWay, PipelineSettings, as_it_is, in_front_of, roles_of, url_of

__all__ = ["open_parts"]

_STOP = 5.0
"""Seconds. A part that hangs at its end is killed: by then it has nothing left to say."""


@asynccontextmanager
async def open_parts(
    settings: PipelineSettings,
    directory: Path,
    commands: Mapping[str, ProcessCommand],
    *,
    on_the_way: OnTheWay = as_it_is,
) -> AsyncIterator[Mapping[str, PartProcess]]:
    """Start the parts that the design has; end them all, however the context ends.

    commands: how a part is started where it is not the usual way. on_the_way: from the API's URL to the one at which
    the gateway shall find it.
    """
    started: list[PartProcess] = []

    async def spawn(part: str, settings: PipelineSettings) -> PartProcess:
        process = PartProcess(part, settings, directory, commands.get(part, ProcessCommand()))
        started.append(process)
        await process.spawn()
        return process

    try:
        api = await spawn(Role.API, settings)
        has_processor = Role.PROCESSOR in roles_of(settings)
        processor = await spawn(Role.PROCESSOR, settings) if has_processor else None
        await api.ready()
        gateway = await spawn(Role.GATEWAY, in_front_of(settings, await on_the_way(url_of(api))))
        if processor is not None:
            await processor.ready()
        await gateway.ready()
        middle: dict[str, PartProcess] = {} if processor is None else {Role.PROCESSOR: processor}
        yield {Role.API: api, **middle, Role.GATEWAY: gateway}
    finally:
        try:
            for process in reversed(started):
                await process.stop(seconds=_STOP)
        finally:
            # Whoever cancels a second time is in a hurry; nothing may stay behind all the same.
            for process in started:
                process.kill()
