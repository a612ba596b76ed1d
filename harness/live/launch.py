"""Launch: how a part of a service is started, with nothing left to fill in."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.scenario.service_spec import STOP, ReadyProbe

__all__ = ["Launch"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """command: its program an absolute path. module: the same as a module of Python and its arguments, where a fork of
    a process that has imported it can be the part. environment: all of it. ready None: as soon as it runs. stop:
    seconds between SIGTERM and SIGKILL. url: where it listens, if that is known. at_once False: it waits until somebody
    starts it."""

    part: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    module: tuple[str, ...] | None = None
    folder: Path | None = None
    ready: ReadyProbe | None = None
    stop: float = STOP
    url: str | None = None
    at_once: bool = True
