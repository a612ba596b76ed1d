"""One TCP connection of a fake cluster: reads at once, writes once per turn of the loop, and ends in every way.

asyncio's own transports hide three things that a fault needs: not reading at all, a reset instead of an orderly end,
and TCP_QUICKACK. OpenSSH's and paramiko's clients use Nagle's algorithm, so an acknowledgement that the kernel delays
adds 40 ms to every second packet; the option has to be set again after each read.
"""

import asyncio
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Protocol, assert_never

from fake_clusters.plans import CutHow

__all__ = ["ByteFilter", "Receiver", "SocketTransport", "Transport", "TransportFactory"]

_READ = 65536
_QUICKACK: int | None = getattr(socket, "TCP_QUICKACK", None)
_INFO: int | None = getattr(socket, "TCP_INFO", None)
_ESTABLISHED = 1
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)
_LINGER = 0.5
"""Seconds for which a closed connection still swallows what the client had under way; else the kernel sends a reset."""


class Receiver(Protocol):
    """The user of a transport."""

    def received(self, data: bytes) -> None: ...

    def gone(self) -> None:
        """The connection has ended, from either side. Called once; only `released` follows."""
        ...

    def released(self) -> None:
        """The socket is closed. Called once."""
        ...


class ByteFilter(Protocol):
    """A filter between a transport and its user: it may delay, change or drop bytes in both directions."""

    def inbound(self, data: bytes, deliver: Callable[[bytes], None]) -> None: ...

    def outbound(self, data: bytes, deliver: Callable[[bytes], None]) -> None: ...


class Transport(Protocol):
    """A byte-stream connection."""

    @property
    def peer(self) -> tuple[str, int]: ...

    @property
    def unsent(self) -> int:
        """How many written bytes the network has not taken yet."""
        ...

    def read(self) -> None:
        """Start reading."""
        ...

    def never_read(self) -> None:
        """Read nothing; only detect when the client disconnects."""
        ...

    def write(self, data: bytes) -> None: ...

    def batch(self, step: Callable[[], None]) -> None:
        """Take a step, and send what it writes at once and together."""
        ...

    def cut(self, how: CutHow) -> None:
        """End the connection."""
        ...

    def close(self) -> None:
        """Send what was written, as far as it is taken, and close."""
        ...


TransportFactory = Callable[[Receiver, ByteFilter | None], Transport]
"""A connection that was accepted and has no user yet; it is called once, with the user."""


class SocketTransport:
    """A connected, non-blocking socket, owned and closed here."""

    __slots__ = (
        "_backlog",
        "_fd",
        "_flush_due",
        "_lingering",
        "_link",
        "_loop",
        "_muted",
        "_receiver",
        "_socket",
        "_turn",
        "peer",
    )

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        connection: socket.socket,
        peer: tuple[str, int],
        receiver: Receiver,
        link: ByteFilter | None,
    ) -> None:
        self.peer = peer
        self._loop = loop
        self._socket: socket.socket | None = connection
        self._fd = connection.fileno()
        self._receiver = receiver
        self._link = link
        self._turn: list[bytes] = []
        self._backlog = b""
        self._flush_due = False
        self._muted = False
        self._lingering: asyncio.TimerHandle | None = None
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    @property
    def local(self) -> tuple[str, int]:
        """The address at this end."""
        assert self._socket is not None
        host, port = self._socket.getsockname()[:2]
        return host, port

    @property
    def unsent(self) -> int:
        return len(self._backlog)

    def read(self) -> None:
        """Start reading."""
        self._loop.add_reader(self._fd, self._readable)

    def never_read(self) -> None:
        """Read nothing; only check from time to time whether the client is still connected."""
        if self._socket is None or _INFO is None:
            return
        if self._socket.getsockopt(socket.IPPROTO_TCP, _INFO, 1)[0] != _ESTABLISHED:
            self._end()
        else:
            self._loop.call_later(1.0, self.never_read)

    def write(self, data: bytes) -> None:
        """Send at the end of this turn of the loop, together with whatever else is written by then."""
        if self._muted:
            return
        if self._link is None:
            self._queue(data)
        else:
            self._link.outbound(data, self._queue)

    def batch(self, step: Callable[[], None]) -> None:
        """Take a step, and send what it writes at once and together."""
        waiting, self._flush_due = self._flush_due, True
        step()
        if not waiting:
            self.flush()

    def flush(self) -> None:
        """Send what was written, and acknowledge what was read, now."""
        self._flush_due = False
        if self._socket is None:
            return
        if self._turn:
            data = b"".join(self._turn) if len(self._turn) > 1 else self._turn[0]
            self._turn.clear()
            if self._backlog:
                self._backlog += data
            else:
                self._send(data)
        if _QUICKACK is not None:
            # Last, since what was just sent has mostly acknowledged it: a packet of its own is then spared.
            self._socket.setsockopt(socket.IPPROTO_TCP, _QUICKACK, 1)

    def cut(self, how: CutHow) -> None:
        """End the connection."""
        if self._socket is None:
            return
        match how:
            case CutHow.RESET:
                self._turn.clear()
                self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
                self._end()
            case CutHow.CLOSE if self._lingering is None:
                self._finish_sending()
                self._lingering = self._loop.call_later(_LINGER, self._end)
                self.read()
                self._receiver.gone()
            case CutHow.CLOSE:
                return
            case CutHow.HALF_CLOSE:
                self._finish_sending()
            case _:
                assert_never(how)

    def close(self) -> None:
        """Send what was written, as far as the kernel takes it, and close."""
        self.flush()
        self._end()

    def _queue(self, data: bytes) -> None:
        self._turn.append(data)
        if not self._flush_due:
            self._flush_due = True
            self._loop.call_soon(self.flush)

    def _readable(self) -> None:
        assert self._socket is not None
        try:
            data = self._socket.recv(_READ)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if not data:
            self._end()
        elif self._lingering is not None:
            return
        elif self._link is None:
            self.batch(partial(self._receiver.received, data))
        else:
            self.batch(partial(self._link.inbound, data, self._receiver.received))

    def _send(self, data: bytes) -> None:
        assert self._socket is not None
        try:
            sent = self._socket.send(data)
        except (BlockingIOError, InterruptedError):
            sent = 0
        except OSError:
            # The client is gone; reading, which sees it too, is where a connection ends.
            self._muted = True
            return
        if sent < len(data):
            self._backlog = data[sent:]
            self._loop.add_writer(self._fd, self._writable)

    def _writable(self) -> None:
        data, self._backlog = self._backlog, b""
        self._loop.remove_writer(self._fd)
        self._send(data)

    def _finish_sending(self) -> None:
        self.flush()
        self._muted = True
        self._backlog = b""
        self._loop.remove_writer(self._fd)
        assert self._socket is not None
        with suppress(OSError):  # the client was faster: its end is seen by reading
            self._socket.shutdown(socket.SHUT_WR)

    def _end(self) -> None:
        if self._socket is None:
            return
        self._loop.remove_reader(self._fd)
        self._loop.remove_writer(self._fd)
        self._socket.close()
        self._socket = None
        self._muted = True
        if self._lingering is None:
            self._receiver.gone()
        else:
            self._lingering.cancel()
        self._receiver.released()
