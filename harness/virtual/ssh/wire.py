"""One connection as the cluster's server uses it: `fake_clusters.server.wire` over the network in memory."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import assert_never

from fake_clusters.plans import CutHow
from fake_clusters.server.port import Accepted
from fake_clusters.server.wire import ByteFilter, Receiver, Transport

__all__ = ["MemoryWire"]

_LINGER = 0.5
"""Seconds for which a closed connection still swallows what the client had under way."""


class MemoryWire(asyncio.Protocol):
    """A `Transport`. accepted: told of the connection when it is made, and asks for it by naming its user."""

    _transport: asyncio.Transport
    _receiver: Receiver

    def __init__(self, accepted: Accepted) -> None:
        self._accepted = accepted
        self._link: ByteFilter | None = None
        self._turn: list[bytes] = []
        self._flush_due = False
        self._muted = False
        self._deaf = False
        self._over = False
        self._lingering: asyncio.TimerHandle | None = None

    @property
    def peer(self) -> tuple[str, int]:
        host, port = self._transport.get_extra_info("peername")
        return host, port

    @property
    def unsent(self) -> int:
        return self._transport.get_write_buffer_size()

    # What the network tells.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.pause_reading()
        self._accepted(self._used_by)

    def data_received(self, data: bytes) -> None:
        if self._deaf:
            return
        if self._link is None:
            self.batch(partial(self._receiver.received, data))
        else:
            self.batch(partial(self._link.inbound, data, self._receiver.received))

    def eof_received(self) -> bool:
        self._end()
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self._end()

    # What its user asks.

    def read(self) -> None:
        self._transport.resume_reading()

    def never_read(self) -> None:
        # Bytes that lie unread and bytes that are thrown away look alike from afar; the client's end is seen at once.
        self._deaf = True
        self._transport.resume_reading()

    def write(self, data: bytes) -> None:
        if self._muted:
            return
        if self._link is None:
            self._queue(data)
        else:
            self._link.outbound(data, self._queue)

    def batch(self, step: Callable[[], None]) -> None:
        waiting, self._flush_due = self._flush_due, True
        step()
        if not waiting:
            self._flush()

    def cut(self, how: CutHow) -> None:
        if self._over:
            return
        match how:
            case CutHow.RESET:
                self._turn.clear()
                self._transport.abort()
                self._end()
            case CutHow.CLOSE if self._lingering is None:
                self._finish_sending()
                self._deaf = True
                self._transport.resume_reading()
                self._lingering = asyncio.get_running_loop().call_later(_LINGER, self._end)
                self._receiver.gone()
            case CutHow.CLOSE:
                return
            case CutHow.HALF_CLOSE:
                self._finish_sending()
            case _:
                assert_never(how)

    def close(self) -> None:
        self._flush()
        self._end()

    def _used_by(self, receiver: Receiver, link: ByteFilter | None) -> Transport:
        self._receiver, self._link = receiver, link
        return self

    def _queue(self, data: bytes) -> None:
        self._turn.append(data)
        if not self._flush_due:
            self._flush_due = True
            asyncio.get_running_loop().call_soon(self._flush)

    def _flush(self) -> None:
        self._flush_due = False
        if self._turn and not self._over:
            data = b"".join(self._turn)
            self._turn.clear()
            self._transport.write(data)

    def _finish_sending(self) -> None:
        self._flush()
        self._muted = True
        self._transport.write_eof()

    def _end(self) -> None:
        if self._over:
            return
        self._over = self._muted = self._deaf = True
        self._transport.close()
        if self._lingering is None:
            self._receiver.gone()
        else:
            self._lingering.cancel()
        self._receiver.released()
