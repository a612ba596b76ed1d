"""Whether this machine carries connections to itself: without them, a live run could only say that it cannot tell."""

import asyncio
from contextlib import closing
from socket import SOCK_STREAM, socket

from harness.errors import WorldError

__all__ = ["check_loopback"]

_LOOPBACK = "127.0.0.1"


async def check_loopback(host: str = _LOOPBACK, *, patience: float = 5.0) -> None:
    """Connect to a port of our own. patience: seconds; a filter that drops packets answers nothing.

    Raises `WorldError` where nothing comes through.
    """
    try:
        async with asyncio.timeout(patience):
            await _connect_to_ourselves(host)
    except TimeoutError as error:
        raise WorldError(_message(host, f"no connection within {patience:g} s")) from error
    except OSError as error:
        raise WorldError(_message(host, error.strerror or str(error))) from error


async def _connect_to_ourselves(host: str) -> None:
    loop = asyncio.get_running_loop()
    with closing(socket(type=SOCK_STREAM)) as listening, closing(socket(type=SOCK_STREAM)) as calling:
        listening.bind((host, 0))
        listening.listen(1)
        calling.setblocking(False)
        await loop.sock_connect(calling, listening.getsockname())


def _message(host: str, why: str) -> str:
    return (
        f"this machine does not reach itself over {host} ({why}), and a live world is nothing but such connections: "
        "bring the loopback interface up (ip link set lo up), or play with --world virtual"
    )
