"""One of the two sockets of a relayed connection."""

import asyncio
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from typing import Literal

from harness.toxics.toxic import Ending, Item

__all__ = ["Side"]

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)
_QUICKACK: int | None = getattr(socket, "TCP_QUICKACK", None)


class Side(asyncio.Protocol):
    """arrived: takes what is read, and how it ends. changed: is told when the peer may be read from, or not, again.
    gone: is told once, when the socket is closed."""

    def __init__(
        self, *, arrived: Callable[[Item], None], changed: Callable[[], None], gone: Callable[[], None]
    ) -> None:
        self._arrived, self._changed, self._gone = arrived, changed, gone
        self._transport: asyncio.Transport | None = None
        self._early: list[Item] = []
        self._ending: Ending | None = None
        self.blocked = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        early, self._early = self._early, []
        for item in early:
            self.send(item)
        if self._ending is None:
            self._changed()

    def data_received(self, data: bytes) -> None:
        assert self._transport is not None
        if _QUICKACK is not None:
            # A client that uses Nagle's algorithm would wait for an acknowledgement that the kernel delays by 40 ms.
            self._transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, _QUICKACK, 1)
        self._arrived(data)

    def eof_received(self) -> bool:
        self._arrived(Ending.FIN)
        return True  # the other way stays open

    def connection_lost(self, error: Exception | None) -> None:
        if error is not None and self._ending is None:
            self._arrived(Ending.RESET)
        self._gone()

    def pause_writing(self) -> None:
        self.blocked = True
        self._changed()

    def resume_writing(self) -> None:
        self.blocked = False
        self._changed()

    def read(self, wanted: bool) -> None:
        """Whether to read on."""
        if self._transport is None or self._transport.is_closing():
            return
        if wanted:
            self._transport.resume_reading()
        else:
            self._transport.pause_reading()

    def send(self, item: Item) -> None:
        """Send bytes or an ending. A reset always works, even in mid-close. What has no socket yet waits for it."""
        if isinstance(item, Ending) and item is not Ending.FIN:
            self._ending = item
        transport = self._transport
        if transport is None:
            self._early.append(item)
        elif item is Ending.RESET:
            self._reset(transport)
        elif not transport.is_closing():
            _send(transport, item)

    @staticmethod
    def _reset(transport: asyncio.Transport) -> None:
        """`abort` alone would send a FIN. A socket that is closed already takes no options."""
        with suppress(OSError):
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        transport.abort()


def _send(transport: asyncio.Transport, item: bytes | Literal[Ending.FIN, Ending.CLOSE]) -> None:
    match item:
        case Ending.FIN:
            with suppress(OSError):  # the peer is gone, which reading will tell
                transport.write_eof()
        case Ending.CLOSE:
            transport.close()
        case _:
            transport.write(item)
