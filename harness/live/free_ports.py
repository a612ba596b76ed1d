"""Ports for the parts of a service: one for each name, the same over restarts, and no other lab's.

A part binds its port seconds after it was found free. Labs on one machine that look in between would find it free too,
so a port is marked while it is in use: by a socket in the abstract namespace of Linux, which leaves nothing behind.
"""

import secrets
import sys
from contextlib import ExitStack
from pathlib import Path
from socket import AF_UNIX, SO_REUSEADDR, SOCK_STREAM, SOL_SOCKET, socket
from types import TracebackType
from typing import Self

from connector.errors import ListenError
from harness.errors import WorldError

__all__ = ["FreePorts", "given_or_free"]

_HOST = "127.0.0.1"
_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")
_ROOM = 12_000
_LOWEST = 1_024
_TRIES = 200


class FreePorts:
    """Ports below those that the system gives to clients: a part that is down for a while finds its own free again.

    As a context manager it keeps its ports from other labs until the context ends.
    """

    def __init__(self) -> None:
        self._ports: dict[str, int] = {}
        self._is_open = False
        self._marks = ExitStack()

    def __enter__(self) -> Self:
        self._is_open = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_open = False
        self._marks.close()

    def of(self, name: str) -> int:
        """The port of this name. Raises `WorldError` where none is free."""
        if name not in self._ports:
            self._ports[name] = self._free()
        return self._ports[name]

    def _free(self) -> int:
        highest = _begin_of_clients()
        lowest = max(_LOWEST, highest - _ROOM)
        for _ in range(_TRIES if highest - lowest > _TRIES else 0):
            port = lowest + secrets.randbelow(highest - lowest)
            if port not in self._ports.values() and self._take(port):
                return port
        port_of_system = _bound(0)
        if port_of_system is None:
            raise WorldError(f"no free port on {_HOST} for the service under test")
        return port_of_system

    def _take(self, port: int) -> bool:
        """Whether it is free, and no other lab's."""
        with ExitStack() as stack:
            if not _mark(stack.enter_context(socket(AF_UNIX)), port) or _bound(port) is None:
                return False
            if self._is_open:
                self._marks.push(stack.pop_all())
        return True


def given_or_free(port: int | None, name: str) -> int:
    """The port that somebody asked for, or a free one. Raises `ListenError` where it is in use: its server would say so
    too, but who waits for the port to answer would be answered by another."""
    if port is None:
        return FreePorts().of(name)
    if _bound(port) is None:
        raise ListenError(f"{_HOST}:{port}: cannot listen: address already in use")
    return port


def _mark(mark: socket, port: int) -> bool:
    """Mark a port; False where another lab has. Other systems than Linux have no such names."""
    if sys.platform == "linux":
        try:
            mark.bind(f"\0spoolproof-port-{port}")
        except OSError:
            return False
    return True


def _begin_of_clients() -> int:
    try:
        return int(_RANGE.read_text().split()[0])
    except (OSError, ValueError, IndexError):  # not Linux
        return 0


def _bound(port: int) -> int | None:
    """The port, if it is free."""
    with socket(type=SOCK_STREAM) as probe:
        probe.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)  # as servers do: what lingers of an earlier run is no matter
        try:
            probe.bind((_HOST, port))
        except OSError:
            return None
        found: int = probe.getsockname()[1]
        return found
