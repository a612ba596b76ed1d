"""HostedLife: one life of a process that runs somebody else's code, and what it runs on."""

import asyncio
import random as randomness  # noqa: TID251 - what the service's own `random` is in this life
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

from harness.virtual.errors import LeavesVirtualTime
from harness.virtual.hosted.origin import line_of
from harness.virtual.hosts import Host, current_host

__all__ = ["HostedLife", "current_life"]


@dataclass(slots=True, kw_only=True, eq=False)
class HostedLife:
    """folder: where the service's own modules are. work: its working folder. environment: its environment variables.

    entropy: unguessable bytes, which follow from the seed and the life. report: told of what left virtual time.
    modules: its own, by name. at_end: called when it has ended, however. log: lines that the part has printed.
    """

    part: str
    host: Host
    folder: Path
    work: Path
    environment: dict[str, str]
    entropy: Callable[[int], bytes]
    report: Callable[[LeavesVirtualTime], None]
    loop: asyncio.AbstractEventLoop
    modules: dict[str, ModuleType] = field(default_factory=dict)
    at_end: list[Callable[[], None]] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    random: randomness.Random = field(init=False)

    def __post_init__(self) -> None:
        self.random = randomness.Random(self.entropy(32))  # noqa: S311 - the service decides what it is for

    def unix_time(self) -> float:
        """What the clock of its host shows. The run began in 1970."""
        return self.host.unix_time(self.loop.time())

    def refuse(self, what: str, instead: str) -> LeavesVirtualTime:
        """The error for what its code does on the present line. It is reported too, since the code may catch it."""
        error = LeavesVirtualTime(f"the {self.part}: {line_of(self.folder)}: {what} leaves virtual time; {instead}")
        if self.host.alive:
            self.report(error)
        return error

    def end(self) -> None:
        """Let go of what it held."""
        while self.at_end:
            self.at_end.pop()()


def current_life() -> HostedLife | None:
    """The life whose code is running; None: this is no code of somebody else's."""
    guest = current_host().guest
    return guest if isinstance(guest, HostedLife) else None
