"""A relay's port on real sockets: connections are held up where the kernel holds them, in the accept queue.

With a backlog of 0 Linux completes one connection and drops every further SYN until that one is accepted; the client
sends its SYN again after 1, 3, 7, … seconds. So a plug of our own in the queue makes all others hang.
"""

import asyncio
import errno
import socket
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import partial
from typing import Any

from harness.toxics.door import Doorkeeper
from harness.toxics.toxic import DoorState

__all__ = ["KernelDoor"]

_BACKLOG = 128
_REST = 0.5
"""Seconds to wait when the process can have no more sockets."""
_EXHAUSTED = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})


class KernelDoor:
    """Bound and open when it is made. port 0: the kernel picks one. spawn: starts what takes a turn of the loop.

    Raises `OSError`. Whatever was spawned must have ended before it is closed.
    """

    def __init__(
        self, keeper: Doorkeeper, spawn: Callable[[Coroutine[Any, Any, None]], None], host: str, port: int
    ) -> None:
        self._keeper = keeper
        self._spawn = spawn
        self._loop = asyncio.get_running_loop()
        self._socket = _bound(host, port)
        self.address: tuple[str, int] = self._socket.getsockname()[:2]
        self._state = DoorState.CLOSED
        self._plug: socket.socket | None = None
        self._plugs_queued: set[tuple[str, int]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._next: int | None = None
        self._seen_at: float | None = None
        self._coming: dict[socket.socket, None] = {}
        self.settle(DoorState.OPEN, slow=False)

    def settle(self, state: DoorState, *, slow: bool) -> None:
        self._stop_looking()
        if state is DoorState.CLOSED:
            self._shut()
        else:
            # Listening again only changes the length of the queue.
            self._socket.listen(0 if slow or state is DoorState.HELD else _BACKLOG)
            if state is DoorState.HELD:
                self._put_plug()
            else:
                self._pull_plug()
                self._look()
        self._state = state

    def close(self) -> None:
        self._stop_looking()
        self._pull_plug()
        self._socket.close()
        for link in self._coming:  # those whose task was cancelled before its first step
            link.close()

    def _shut(self) -> None:
        """A socket that is bound and does not listen refuses, and keeps the number from being given to others."""
        if self._state is not DoorState.CLOSED:
            self._pull_plug()
            self._socket.close()
            self._plugs_queued.clear()
            self._socket = _bound(*self.address)

    def _put_plug(self) -> None:
        if self._plug is None:
            self._plug = socket.socket(self._socket.family, socket.SOCK_STREAM)
            self._plug.setblocking(False)
            self._plug.connect_ex(self.address)

    def _pull_plug(self) -> None:
        if self._plug is None:
            return
        with suppress(OSError):  # it never got in, since a client was in the queue already
            self._plug.getpeername()
            self._plugs_queued.add(self._plug.getsockname()[:2])
        self._plug.close()
        self._plug = None

    def _look(self) -> None:
        self._timer = None
        self._loop.add_reader(self._socket.fileno(), self._readable)

    def _look_in(self, seconds: float) -> None:
        self._stop_looking()
        self._timer = self._loop.call_later(seconds, self._look)

    def _stop_looking(self) -> None:
        self._loop.remove_reader(self._socket.fileno())
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _readable(self) -> None:
        """A connection waits: take it, or, where it has to wait, look away until then."""
        now = self._loop.time()
        if self._next is None or self._seen_at is None:
            self._next, self._seen_at = self._keeper.next_number(), now
        left = self._seen_at + self._keeper.accept_delay(self._next) - now
        if left > 0:
            self._look_in(left)
        else:
            self._take(self._next)

    def _take(self, number: int) -> None:
        try:
            link, peer = self._socket.accept()
        except (BlockingIOError, InterruptedError, ConnectionAbortedError):
            return
        except OSError as error:
            if error.errno not in _EXHAUSTED:
                raise
            self._look_in(_REST)
            return
        if peer[:2] in self._plugs_queued:
            self._plugs_queued.discard(peer[:2])
            link.close()
            return
        self._next = self._seen_at = None
        link.setblocking(False)
        self._coming[link] = None
        self._spawn(self._admit(link, number))

    async def _admit(self, link: socket.socket, number: int) -> None:
        await self._loop.connect_accepted_socket(partial(self._keeper.admit, number), link)
        self._coming.pop(link, None)


def _bound(host: str, port: int) -> socket.socket:
    fresh = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    try:
        fresh.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        fresh.setblocking(False)
        fresh.bind((host, port))
    except OSError:
        fresh.close()
        raise
    return fresh
