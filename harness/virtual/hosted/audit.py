"""Sockets of the operating system, processes and relative paths: refused to the code of a life.

An audit hook (PEP 578) sees them whoever asks, also from C. It cannot be taken away again.
"""

import sys
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from harness.virtual.hosted.life import current_life

__all__ = ["install"]

_SOCKET = "the clusters and the service's own parts can be reached with asyncio's connections; nothing else can"
_PROCESS = "there is no process of the service here but its parts"

_REFUSED: Mapping[str, tuple[str, str]] = {
    "socket.connect": ("a socket of the operating system", _SOCKET),
    "socket.bind": ("a socket of the operating system", _SOCKET),
    "socket.sendto": ("a socket of the operating system", _SOCKET),
    "socket.getaddrinfo": ("a name look-up by the operating system", _SOCKET),
    "socket.gethostbyname": ("a name look-up by the operating system", _SOCKET),
    "subprocess.Popen": ("a subprocess", _PROCESS),
    "os.system": ("a subprocess", _PROCESS),
    "os.exec": ("a subprocess", _PROCESS),
    "os.posix_spawn": ("a subprocess", _PROCESS),
    "os.fork": ("a subprocess", _PROCESS),
}


def install() -> None:
    """Watch from now on."""
    sys.addaudithook(_watch)


def _watch(event: str, args: tuple[Any, ...]) -> None:
    if event in _REFUSED:
        life = current_life()
        if life is not None and not (event == "socket.getaddrinfo" and _is_number(args[0])):
            raise life.refuse(*_REFUSED[event])
    elif event == "open" and isinstance(args[0], str) and not args[0].startswith("/"):
        life = current_life()
        if life is not None and not Path(args[0]).is_absolute():
            raise life.refuse(f"the relative path {args[0]!r}", "all parts are one process here: give an absolute path")


def _is_number(host: object) -> bool:
    """Whether that is an address, which nobody looks up."""
    try:
        ip_address(host.decode() if isinstance(host, bytes) else str(host))
    except ValueError:
        return False
    return True
