"""The pipeline's parts together, each on a host of its own: started in order, ended in the other."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

from harness.scenario.roles import Role, role_of
from harness.service.reference import OnTheWay, PipelineSettings, in_front_of, processes_of, url_of
from harness.virtual.part import VirtualPart

__all__ = ["MakePart", "open_parts"]

MakePart = Callable[[str, PipelineSettings], VirtualPart]
"""Makes a part that is not started yet."""


@asynccontextmanager
async def open_parts(
    settings: PipelineSettings, make: MakePart, *, on_the_way: OnTheWay
) -> AsyncIterator[Mapping[str, VirtualPart]]:
    """Start the parts that the design has; end them all, however the context ends.

    on_the_way: from the API's URL to the one at which the gateway shall find it.
    """
    started: list[VirtualPart] = []

    async def start(part: str, settings: PipelineSettings) -> VirtualPart:
        made = make(part, settings)
        started.append(made)
        await made.start()
        return made

    try:
        named = processes_of(settings)
        apis = {part: await start(part, settings) for part in named if role_of(part) is Role.API}
        between = [part for part in named if role_of(part) not in {Role.API, Role.GATEWAY}]
        middle = {part: await start(part, settings) for part in between}
        urls = [await on_the_way(url_of(api)) for api in apis.values()]
        gateway = await start(Role.GATEWAY, in_front_of(settings, urls))
        yield {**apis, **middle, Role.GATEWAY: gateway}
    finally:
        for part in reversed(started):
            await part.stop()
