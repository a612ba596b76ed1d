"""A TCP port that accepts by itself, can be closed, and stays ours while it is: a client then meets a real refusal."""

import asyncio
import errno
import socket
from collections.abc import Callable
from functools import partial
from typing import Protocol

from fake_clusters.errors import PortError
from fake_clusters.server.wire import SocketTransport, TransportFactory

__all__ = ["Accepted", "OpenDoor", "Port", "PortListener"]

_AT_ONCE = 64
"""Connections taken in one turn of the loop, so that a flood of them leaves the others their turn."""

_EXHAUSTED = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
_REST = 0.5
"""Seconds to wait when the process can have no more sockets."""

Accepted = Callable[[TransportFactory], None]
"""Called for each accepted connection."""


class PortListener(Protocol):
    """A listening port, closed at first."""

    @property
    def address(self) -> tuple[str, int]: ...

    def open(self) -> None: ...

    def close(self) -> None:
        """Refuse connections."""
        ...

    def release(self) -> None:
        """Release the port."""
        ...


OpenDoor = Callable[[asyncio.AbstractEventLoop, str, int, int, Accepted], PortListener]
"""Makes a door at a host and port, with so many connections waiting at most."""


class Port:
    """Bound when it is made, listening while it is open. port 0: the kernel picks one. Raises `PortError`."""

    def __init__(self, loop: asyncio.AbstractEventLoop, host: str, port: int, backlog: int, accepted: Accepted) -> None:
        self._loop = loop
        self._backlog = backlog
        self._accepted = accepted
        self._listening = False
        self._socket = _bound(host, port)
        self.address: tuple[str, int] = self._socket.getsockname()[:2]

    def open(self) -> None:
        """Listen. Does nothing where it listens already."""
        if not self._listening:
            self._listening = True
            self._socket.listen(self._backlog)
            self._loop.add_reader(self._socket.fileno(), self._accept)

    def close(self) -> None:
        """Refuse connections; those in the kernel's backlog are reset. Does nothing where it is closed."""
        if self._listening:
            self._listening = False
            self._give_up()
            # A socket that is bound and does not listen refuses, and keeps the number from being given to others.
            self._socket = _bound(*self.address)

    def release(self) -> None:
        """Release the port."""
        self._listening = False
        self._give_up()

    def _give_up(self) -> None:
        self._loop.remove_reader(self._socket.fileno())
        self._socket.close()

    def _accept(self) -> None:
        for _ in range(_AT_ONCE):
            try:
                connection, peer = self._socket.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                if error.errno not in _EXHAUSTED:
                    raise
                self._loop.remove_reader(self._socket.fileno())
                self._loop.call_later(_REST, self._resume)
                return
            connection.setblocking(False)
            self._accepted(partial(SocketTransport, self._loop, connection, peer[:2]))
            if not self._listening:
                return

    def _resume(self) -> None:
        if self._listening:
            self._loop.add_reader(self._socket.fileno(), self._accept)


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    fresh = socket.socket(family, socket.SOCK_STREAM)
    try:
        fresh.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        fresh.setblocking(False)
        fresh.bind((host, port))
    except OSError as error:
        fresh.close()
        raise PortError(f"cannot have port {port} of {host}: {error.strerror or error}") from error
    return fresh
