"""Where a relay takes its connections: the one thing that differs between real sockets and an in-memory network."""

import asyncio
from typing import Protocol, runtime_checkable

from harness.toxics.toxic import DoorState

__all__ = ["Door", "Doorkeeper", "OpensDoors"]


class Doorkeeper(Protocol):
    """What a door asks of its relay. Connections are numbered from 1, as they come."""

    def next_number(self) -> int:
        """The number of the connection that comes next, taken."""
        ...

    def accept_delay(self, number: int) -> float:
        """How long that connection has to wait before it opens."""
        ...

    def admit(self, number: int) -> asyncio.Protocol:
        """What the connection talks to."""
        ...


class Door(Protocol):
    """A listening port."""

    @property
    def address(self) -> tuple[str, int]: ...

    def settle(self, state: DoorState, *, slow: bool) -> None:
        """Take connections like this from now on. slow: some of them will have to wait."""
        ...

    def close(self) -> None:
        """Give the port up."""
        ...


@runtime_checkable
class OpensDoors(Protocol):
    """A loop whose network is not the kernel's: it opens ports itself, on any of its hosts."""

    async def open_door(self, keeper: Doorkeeper, host: str, port: int) -> Door:
        """Listen there. Raises `OSError`."""
        ...
