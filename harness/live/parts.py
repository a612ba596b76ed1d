"""The pipeline's parts together: started in the order in which they need each other, ended in the other."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from harness.errors import WorldError
from harness.live.process import Command, Part, PartProcess
from pipeline.settings import PipelineSettings

__all__ = ["START", "Parts", "open_parts"]

START = 20.0
_STOP = 5.0
"""Seconds. A part that hangs at its end is killed: by then it has nothing left to say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The running pipeline."""

    api: PartProcess
    processor: PartProcess
    gateway: PartProcess

    @property
    def api_url(self) -> str:
        return _url(self.api)

    @property
    def gateway_url(self) -> str:
        return _url(self.gateway)


@asynccontextmanager
async def open_parts(
    settings: PipelineSettings, directory: Path, commands: Mapping[Part, Command]
) -> AsyncIterator[Parts]:
    """Start API, processor and gateway; end them all, however the context ends.

    commands: how a part is started where it is not the usual way.
    """
    started: list[PartProcess] = []
    try:
        parts = {}
        for part in Part:
            process = PartProcess(part, settings, directory, commands.get(part, Command()))
            started.append(process)
            await process.start(seconds=START)
            parts[part] = process
            if part is Part.API:
                settings = _in_front_of(settings, _url(process))
        yield Parts(api=parts[Part.API], processor=parts[Part.PROCESSOR], gateway=parts[Part.GATEWAY])
    finally:
        for process in reversed(started):
            await process.stop(seconds=_STOP)


def _in_front_of(settings: PipelineSettings, url: str) -> PipelineSettings:
    return settings.model_copy(update={"gateway": settings.gateway.model_copy(update={"upstream": url})})


def _url(process: PartProcess) -> str:
    if process.url is None:
        raise WorldError(f"the {process.part} is ready, and does not say where")
    return process.url
