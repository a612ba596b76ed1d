"""Ports for the parts of a service: one for each name, the same over restarts."""

import secrets
from pathlib import Path
from socket import SO_REUSEADDR, SOCK_STREAM, SOL_SOCKET, socket

from harness.errors import WorldError

__all__ = ["FreePorts"]

_HOST = "127.0.0.1"
_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")
_ROOM = 12_000
_LOWEST = 1_024
_TRIES = 200


class FreePorts:
    """Ports below those that the system gives to clients: a part that is down for a while finds its own free again."""

    def __init__(self) -> None:
        self._ports: dict[str, int] = {}

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
            if port not in self._ports.values() and _bound(port) is not None:
                return port
        port_of_system = _bound(0)
        if port_of_system is None:
            raise WorldError(f"no free port on {_HOST} for the service under test")
        return port_of_system


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
