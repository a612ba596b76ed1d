"""Posts over HTTP to the address that was checked: the name is looked up once, and what was found is connected to."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpcore
import httpx

from pipeline.notices.addresses import Network, allowed_address
from pipeline.notices.records import NoticeReply
from pipeline.notices.sender import Post, reply_of_status

__all__ = ["open_http_post"]

_AGENT = ("user-agent", "spoolproof-notifier")
_IDLE = 1.0
"""Seconds for which an idle connection is kept."""
_FAILURES = (
    httpcore.NetworkError,
    httpcore.TimeoutException,
    httpcore.ProtocolError,
    httpcore.UnsupportedProtocol,
    OSError,
)


@asynccontextmanager
async def open_http_post(*, timeout: float, allowed: Sequence[Network]) -> AsyncIterator[Post]:
    """Opens what webhooks are sent through: no proxy, no redirect, no second look-up of a name.

    timeout: seconds for one whole request. allowed: networks that may be sent to although they are not public.
    """
    async with httpcore.AsyncConnectionPool(
        ssl_context=httpx.create_ssl_context(trust_env=False),
        max_connections=None,
        keepalive_expiry=_IDLE,
        network_backend=_CheckedBackend(allowed),
    ) as pool:

        async def post(url: str, headers: list[tuple[str, str]], body: bytes) -> NoticeReply:
            try:
                async with (
                    asyncio.timeout(timeout),
                    pool.stream("POST", url, headers=[_AGENT, *headers], content=body) as answer,
                ):
                    said = {name.lower(): value.decode("latin-1") for name, value in answer.headers}
                    return reply_of_status(answer.status, said.get(b"retry-after"))
            except TimeoutError:
                return NoticeReply(error=f"no answer within {timeout:g} s")
            except _FAILURES as error:
                return NoticeReply(error=str(error) or type(error).__name__)

        yield post


class _CheckedBackend(httpcore.AsyncNetworkBackend):
    """Looks a name up, and connects to an address of it that is allowed. TLS still verifies the name."""

    def __init__(self, allowed: Sequence[Network]) -> None:
        self._allowed = allowed
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        addresses = await _look_up(host, port)
        refused = [address for address in addresses if not allowed_address(address, self._allowed)]
        if refused:
            raise httpcore.ConnectError(
                f"{host}: {refused[0]} is not a public address, nor in a network that is allowed"
            )
        failure = httpcore.ConnectError(f"{host}: has no address")
        for address in addresses:
            try:
                return await self._inner.connect_tcp(
                    address, port, timeout=timeout, local_address=local_address, socket_options=socket_options
                )
            except httpcore.ConnectError as error:
                failure = error
        raise failure

    async def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.AsyncNetworkStream:
        raise httpcore.ConnectError("webhooks are not sent to sockets of this machine")

    async def sleep(self, seconds: float) -> None:
        await self._inner.sleep(seconds)


async def _look_up(host: str, port: int) -> list[str]:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise httpcore.ConnectError(f"{host}: cannot be found: {error.strerror}") from error
    return list(dict.fromkeys(str(place[0]) for *_, place in found))
