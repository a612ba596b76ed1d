"""The service under test as a scenario names it: which kind it is, its parts, and how they are started."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import assert_never

from harness.world_name import WorldName

__all__ = ["READY_WITHIN", "STOP", "FileSpec", "PartSpec", "ProbeKind", "ReadyProbe", "ServiceKind", "ServiceSpec"]

READY_WITHIN = 20.0
"""Seconds until a part that is not ready is given up: much, for a machine that does other things too."""
STOP = 5.0
"""Seconds. A part that hangs at its end is killed: by then it has nothing left to say."""


class ServiceKind(StrEnum):
    """What the service under test is.

    reference: the reference pipeline, with the settings in `[pipeline]`. process: commands that are started for the
    run. url: a service that runs elsewhere; no part of it can be broken. python: ASGI applications and worker
    coroutines, as processes or in virtual time.
    """

    REFERENCE = "reference"
    PROCESS = "process"
    URL = "url"
    PYTHON = "python"

    @property
    def worlds(self) -> tuple[WorldName, ...]:
        """Where it can be run."""
        match self:
            case ServiceKind.REFERENCE:
                return tuple(WorldName)
            case ServiceKind.PYTHON:
                return (WorldName.LIVE, WorldName.REAL, WorldName.VIRTUAL)
            case ServiceKind.PROCESS:
                return (WorldName.LIVE, WorldName.REAL)
            case ServiceKind.URL:
                return (WorldName.LIVE,)
        assert_never(self)


class ProbeKind(StrEnum):
    """How a part shows that it is ready: a URL answers with 2xx or 3xx, a port takes connections, a line of its log
    matches, or a file exists."""

    URL = "url"
    PORT = "port"
    LOG = "log"
    FILE = "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyProbe:
    """target: the URL, the port, the regular expression or the path. within: seconds."""

    kind: ProbeKind
    target: str
    within: float = READY_WITHIN


@dataclass(frozen=True, slots=True, kw_only=True)
class PartSpec:
    """One process of the service.

    command: program and arguments. app, worker: of a Python service, instead of it: `module:attribute` of an ASGI
    application, which is served at `{port.NAME}`, or of a coroutine function. folder: where it runs. environment:
    beside that of this process. All of them but app and worker with template fields. ready None: as soon as it runs.
    stop: seconds between SIGTERM and SIGKILL.
    """

    name: str
    command: tuple[str, ...] = ()
    app: str | None = None
    worker: str | None = None
    folder: str = "."
    environment: Mapping[str, str] = field(default_factory=dict)
    ready: ReadyProbe | None = None
    stop: float = STOP


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSpec:
    """A file that is written before the parts start. path: within the run's own folder; text: with template fields."""

    path: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSpec:
    """A service that is not the reference pipeline.

    sheet: how it is spoken to. url: where its clients find it, with template fields. beside: the folder from which
    relative paths are meant.
    ports: of clusters that are to be found at a certain one. keys: a folder of host and client keys that last.
    """

    kind: ServiceKind
    sheet: str
    url: str
    parts: tuple[PartSpec, ...] = ()
    files: tuple[FileSpec, ...] = ()
    ports: Mapping[str, int] = field(default_factory=dict)
    keys: str | None = None
    beside: Path = Path()

    @property
    def names(self) -> tuple[str, ...]:
        """Of its parts."""
        return tuple(part.name for part in self.parts)
