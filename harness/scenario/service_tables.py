"""`[service]` of a scenario, or a file of its own, as pydantic reads it."""

from typing import Annotated

from pydantic import Field

from connector.table import TomlTable
from connector.units import Duration
from harness.scenario.service_spec import (
    READY_WITHIN,
    STOP,
    FileSpec,
    PartSpec,
    ProbeKind,
    ReadyProbe,
    ServiceKind,
)

__all__ = ["FileTable", "PartTable", "ReadyTable", "ServiceTable"]

Seconds = Annotated[Duration, Field(gt=0)]
PartName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]


class ReadyTable(TomlTable):
    """How a part shows that it is ready: one of `url`, `port`, `log` and `file`."""

    url: str | None = Field(default=None, description="answers with a status of 200 to 399")
    port: int | str | None = Field(default=None, description='takes connections on 127.0.0.1, such as `"{port.api}"`')
    log: str | None = Field(default=None, description="a regular expression; a line that the part prints matches it")
    file: str | None = Field(default=None, description='exists, such as `"{work}/ready"`; removed before each start')
    within: Seconds = Field(default=READY_WITHIN, description="after which it is given up")

    @property
    def given(self) -> list[tuple[ProbeKind, str]]:
        """Those of the four that are there."""
        found = ((kind, getattr(self, kind)) for kind in ProbeKind)
        return [(kind, str(value)) for kind, value in found if value is not None]

    def probe(self) -> ReadyProbe:
        ((kind, target),) = self.given
        return ReadyProbe(kind=kind, target=target, within=self.within)


class PartTable(TomlTable):
    """A process of the service. The nemesis names it as its `target`."""

    name: PartName = Field(description="letters, digits, `-` and `_`")
    command: tuple[str, ...] = Field(default=(), description="program and arguments")
    app: str | None = Field(
        default=None, description="of kind `python`: `module:attribute` of an ASGI application, served at `{port.NAME}`"
    )
    worker: str | None = Field(
        default=None, description="of kind `python`: `module:attribute` of a coroutine function without parameters"
    )
    folder: str = Field(default=".", description="where it runs, relative to the folder of this file")
    environment: dict[str, str] = Field(default={}, description="variables beside those of `spoolproof` itself")
    ready: ReadyTable | None = Field(default=None, description="when it is ready; if left out, as soon as it runs")
    stop: Duration = Field(default=STOP, description="the time between SIGTERM and SIGKILL when it is ended")

    def spec(self) -> PartSpec:
        return PartSpec(
            name=self.name,
            command=self.command,
            app=self.app,
            worker=self.worker,
            folder=self.folder,
            environment=self.environment,
            ready=None if self.ready is None else self.ready.probe(),
            stop=self.stop,
        )


class FileTable(TomlTable):
    """A file that is written before the parts start, readable by its owner only: `text` or `template`."""

    path: str = Field(description="within `{work}`, the run's own folder")
    text: str | None = Field(default=None, description="what is in it")
    template: str | None = Field(default=None, description="a file with what is in it, relative to this one's folder")

    def spec(self, text: str) -> FileSpec:
        return FileSpec(path=self.path, text=text)


class ServiceTable(TomlTable):
    """The service under test. `command`, `environment`, `ready`, `url` and the files may hold template fields."""

    kind: ServiceKind = Field(
        default=ServiceKind.REFERENCE,
        description="`reference` (the reference pipeline, with `[pipeline]`), `process` (commands that are started "
        "for the run), `url` (a service that runs elsewhere: no part of it can be killed) or `python` (ASGI "
        "applications and worker coroutines: processes in the live world, and on a virtual clock in the virtual one)",
    )
    sheet: str = Field(default="reference", description="how it is spoken to: `reference` is the reference API")
    url: str | None = Field(default=None, description="where its clients find it")
    ports: dict[str, Annotated[int, Field(ge=1, le=65535)]] = Field(
        default={},
        description="by cluster, the port at which it is found on 127.0.0.1, for a service that is not told; any free "
        "one for the others",
    )
    keys: str | None = Field(
        default=None,
        description="a folder, relative to this file's, in which host keys and client keys stay from run to run, and "
        "into which each run writes `clusters.json` and `known_hosts`; if left out, each run has its own",
    )
    parts: tuple[PartTable, ...] = Field(default=(), description="its processes, in the order in which they start")
    files: tuple[FileTable, ...] = Field(default=(), description="written before the parts start")
