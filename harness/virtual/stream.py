"""The two ends of an in-memory TCP connection: ordered, delayed, flow-controlled; closed, half-closed or reset."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any

from harness.virtual.endpoint import Endpoint, address_of
from harness.virtual.hosts import Host

__all__ = ["MemoryTransport", "join"]

_HIGH_WATER = 64 * 1024
_SOCKETS = 128 * 1024
"""Bytes that the sockets of both ends take, whether or not a process reads: what Linux has for a receive buffer at
first (net.ipv4.tcp_rmem). So a request is sent before a process that is stopped, and only its answer is missing."""
_SEGMENT = 16 * 1024
"""What is delivered at once: small enough that a reader can pause in the midst of a large write."""

_EOF = b""

Cut = Callable[[str, str], bool]


def join(
    client: tuple[Host, int],
    server: tuple[Host, int],
    delay: float,
    *,
    cut: Cut,
    gone: "Callable[[MemoryTransport], None]",
) -> "tuple[MemoryTransport, MemoryTransport]":
    """Two connected ends, not started yet. cut: whether a direction between two hosts drops everything now."""
    near = MemoryTransport(client, server, delay, cut, gone)
    far = MemoryTransport(server, client, delay, cut, gone)
    near.peer, far.peer = far, near
    return near, far


class MemoryTransport(asyncio.Transport):
    """One end. `start` gives it its protocol; callbacks run as the host that owns the end."""

    peer: "MemoryTransport"

    def __init__(
        self,
        here: tuple[Host, int],
        there: tuple[Host, int],
        delay: float,
        cut: Cut,
        gone: "Callable[[MemoryTransport], None]",
    ) -> None:
        sockname, peername = (here[0].name, here[1]), (there[0].name, there[1])
        if here[0].guest is not None:
            peername = address_of(there[0].name), there[1]
        endpoint = Endpoint(sockname, peername)
        super().__init__(extra={"sockname": sockname, "peername": peername, "socket": endpoint})
        self.host, self._there = here[0], there[0]
        self._loop = asyncio.get_running_loop()
        self._context = self.host.context()
        self._delay, self._cut, self._gone = delay, cut, gone
        self._protocol: Any = None
        self._held: deque[bytes] = deque()  # sent into a partition, to be retransmitted when it heals
        self._inbox: deque[bytes] = deque()  # arrived, not yet read
        self._unread = 0  # bytes under way to the peer or in its inbox
        self._high, self._low = _HIGH_WATER, _HIGH_WATER // 4
        self._reading, self._writing_paused = True, False
        self._closing = self._sent_eof = self._lost = self._got_eof = False

    def start(self, protocol: asyncio.BaseProtocol) -> None:
        self._protocol = protocol
        self._soon(protocol.connection_made, self)

    def _soon(self, callback: Callable[..., object], *args: Any) -> None:
        self._loop.call_soon(callback, *args, context=self._context)

    # -- sending ------------------------------------------------------------------------------------------------

    def write(self, data: bytes | bytearray | memoryview) -> None:
        if self._closing or self._sent_eof or self._lost or not data:
            return
        for start in range(0, len(data), _SEGMENT):
            self._send(bytes(data[start : start + _SEGMENT]))
        self._unread += len(data)
        if self.get_write_buffer_size() > self._high and not self._writing_paused:
            self._writing_paused = True
            self._protocol.pause_writing()

    def _send(self, segment: bytes) -> None:
        if self._held or self._cut(self.host.name, self._there.name):
            self._held.append(segment)
            return
        peer = self.peer
        # Equal deadlines keep their order on a virtual loop, so segments cannot overtake each other.
        self._loop.call_at(self._loop.time() + self._delay, peer._arrive, segment, context=peer._context)

    def retransmit(self) -> None:
        held, self._held = self._held, deque()
        for segment in held:
            self._send(segment)
        self._let_go()

    def write_eof(self) -> None:
        if not self._sent_eof and not self._lost:
            self._sent_eof = True
            self._send(_EOF)

    def can_write_eof(self) -> bool:
        return True

    def get_write_buffer_size(self) -> int:
        return max(0, self._unread - _SOCKETS)

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        self._high = _HIGH_WATER if high is None else high
        self._low = self._high // 4 if low is None else low

    def _taken(self, count: int) -> None:
        """The peer has read `count` bytes of ours."""
        self._unread -= count
        if self._writing_paused and self.get_write_buffer_size() <= self._low and not self._lost:
            self._writing_paused = False
            self._soon(self._protocol.resume_writing)

    # -- receiving ----------------------------------------------------------------------------------------------

    def _arrive(self, segment: bytes) -> None:
        if self._lost:
            if segment:
                self.peer.reset_by_peer()  # data for a closed socket is answered with a reset
            return
        self._inbox.append(segment)
        self._read()

    def _read(self) -> None:
        while self._reading and self._inbox and not self._lost:
            segment = self._inbox.popleft()
            if segment == _EOF:
                self._eof()
            elif self._protocol is not None:
                self.peer._taken(len(segment))
                self._deliver(segment)

    def _deliver(self, segment: bytes) -> None:
        if isinstance(self._protocol, asyncio.BufferedProtocol):
            view = memoryview(segment)
            while view:
                buffer = memoryview(self._protocol.get_buffer(len(view))).cast("B")
                count = min(len(buffer), len(view))
                buffer[:count] = view[:count]
                self._protocol.buffer_updated(count)
                view = view[count:]
        else:
            self._protocol.data_received(segment)

    def _eof(self) -> None:
        self._got_eof = True
        if self._closing or not self._protocol.eof_received():
            self.close()

    def is_reading(self) -> bool:
        return self._reading and not self._closing

    def pause_reading(self) -> None:
        self._reading = False

    def resume_reading(self) -> None:
        if not self._reading:
            self._reading = True
            self._soon(self._read)

    # -- ending -------------------------------------------------------------------------------------------------

    def is_closing(self) -> bool:
        return self._closing

    def close(self) -> None:
        """Send what was written, then the end; the peer sees EOF."""
        if not self._closing:
            self._closing = True
            if not self._sent_eof:
                self._sent_eof = True
                self._send(_EOF)
            self._lose(None)

    def abort(self) -> None:
        """Reset: the peer loses the connection, and what is under way is gone."""
        if self._lost:
            return
        self._closing = True
        if not self._cut(self.host.name, self._there.name):
            at = self._loop.time() + self._delay
            self._loop.call_at(at, self.peer.reset_by_peer, context=self.peer._context)
        self._lose(None)

    def reset_by_peer(self) -> None:
        if not self._lost:
            self._closing = True
            self._lose(ConnectionResetError(104, "Connection reset by peer"))

    def vanish(self) -> None:
        """Its process was killed: the end is gone, nobody here is told, and the peer is reset."""
        self._closing = self._lost = True
        self._gone(self)
        self.peer.reset_by_peer()

    def _lose(self, error: Exception | None) -> None:
        if not self._lost:
            self._lost = True
            self._let_go()
            if self._protocol is not None:
                self._soon(self._protocol.connection_lost, error)

    def _let_go(self) -> None:
        """Be forgotten, unless a partition still holds back what was sent before the end."""
        if self._lost and not self._held:
            self._gone(self)

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        self._protocol = protocol

    def get_protocol(self) -> asyncio.BaseProtocol:
        protocol: asyncio.BaseProtocol = self._protocol
        return protocol
