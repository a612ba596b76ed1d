"""A relay's port on the in-memory network: delays are exact, and whoever waits gets in the moment it opens."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

from harness.patience import stopped_within
from harness.toxics.door import Doorkeeper
from harness.toxics.toxic import DoorState
from harness.virtual.hosts import Host
from harness.virtual.network import HERE, Listener
from harness.virtual.partitions import SYN_TIMEOUT

__all__ = ["MemoryDoor", "open_memory_door"]


async def open_memory_door(keeper: Doorkeeper, host: str, port: int) -> "MemoryDoor":
    """Listen on the current host, or on the one of that name, as a process of its own there. Raises `OSError`."""
    loop: Any = asyncio.get_running_loop()  # its servers are the network's listeners, not asyncio's
    listening = loop.create_server(asyncio.Protocol, host, port)
    listener = await (listening if host in HERE else Host(host).spawn(listening, name="relay"))
    assert isinstance(listener, Listener)
    return MemoryDoor(keeper, listener)


class MemoryDoor:
    """Holds up each connection by itself."""

    def __init__(self, keeper: Doorkeeper, listener: Listener) -> None:
        self._keeper = keeper
        self._listener = listener
        self._loop = asyncio.get_running_loop()
        self._state = DoorState.OPEN
        self._changed = asyncio.Event()
        listener.accept = self._accept

    @property
    def address(self) -> tuple[str, int]:
        return self._listener.sockets[0].getsockname()

    def settle(self, state: DoorState, *, slow: bool) -> None:
        self._state = state
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    def close(self) -> None:
        self._listener.close()
        self.settle(DoorState.CLOSED, slow=False)

    async def _accept(self) -> Callable[[], asyncio.BaseProtocol]:
        """Runs as whoever connects. Raises `ConnectionRefusedError`, or `TimeoutError` as TCP would."""
        asked_at = self._loop.time()
        number: int | None = None
        while self._state is not DoorState.CLOSED:
            if number is None:
                number = self._keeper.next_number()
            held = self._state is DoorState.HELD
            left = asked_at + (SYN_TIMEOUT if held else self._keeper.accept_delay(number)) - self._loop.time()
            if left <= 0 and held:
                raise TimeoutError(110, "Connection timed out")
            if left <= 0:
                return partial(self._keeper.admit, number)
            await stopped_within(self._changed, left)
        raise ConnectionRefusedError(111, "Connection refused")
