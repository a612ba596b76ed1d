"""What stands where libraries ask a transport or server for its socket: names, and options that do nothing."""

import socket
from ipaddress import IPv4Address
from zlib import crc32

__all__ = ["Endpoint", "address_of"]

_PRIVATE = int(IPv4Address("10.0.0.0"))


def address_of(host: str) -> str:
    """The address at which others see a host: theirs are names here, where libraries look for a number."""
    return str(IPv4Address(_PRIVATE + crc32(host.encode()) % 2**24))


class Endpoint:
    """Answers what uvicorn, anyio and asyncssh ask of a socket; there is none."""

    family = socket.AF_INET

    def __init__(self, here: tuple[str, int], there: tuple[str, int] | None = None) -> None:
        self._here, self._there = here, there

    def getsockname(self) -> tuple[str, int]:
        return self._here

    def getpeername(self) -> tuple[str, int]:
        if self._there is None:
            raise OSError(107, "Transport endpoint is not connected")
        return self._there

    def setsockopt(self, *option: object) -> None:
        """Nagle, quick acks and keepalives have nothing to act on."""

    def getsockopt(self, *option: object) -> int:
        return 0

    def fileno(self) -> int:
        return -1
