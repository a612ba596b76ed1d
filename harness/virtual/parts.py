"""The pipeline's parts together, each on a host of its own: started in order, ended in the other."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from harness.play.parts import Parts, url_of
from harness.virtual.part import VirtualPart
from pipeline.designs.table import DESIGNS
from pipeline.serve import Part
from pipeline.settings import PipelineSettings

__all__ = ["MakePart", "open_parts"]

MakePart = Callable[[Part, PipelineSettings], VirtualPart]
"""Makes a part that is not started yet."""


@asynccontextmanager
async def open_parts(settings: PipelineSettings, make: MakePart) -> AsyncIterator[Parts[VirtualPart]]:
    """Start the parts that the design has; end them all, however the context ends."""
    started: list[VirtualPart] = []

    async def start(part: Part, settings: PipelineSettings) -> VirtualPart:
        made = make(part, settings)
        started.append(made)
        await made.start()
        return made

    try:
        api = await start(Part.API, settings)
        has_processor = Part.PROCESSOR in DESIGNS[settings.design].parts
        processor = await start(Part.PROCESSOR, settings) if has_processor else None
        gateway = await start(Part.GATEWAY, _in_front_of(settings, url_of(api)))
        yield Parts(api=api, processor=processor, gateway=gateway)
    finally:
        for part in reversed(started):
            await part.stop()


def _in_front_of(settings: PipelineSettings, url: str) -> PipelineSettings:
    return settings.model_copy(update={"gateway": settings.gateway.model_copy(update={"upstream": url})})
