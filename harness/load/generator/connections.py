"""Connections of greenlets to one server: kept a little while, never limited, and never used twice for one request.

geventhttpclient's own pool sends a GET or DELETE again where a connection breaks, up to once for each connection: a
generator that does so hides the failures that it is there to see. Its parser is used, and no more of it.
"""

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import gevent.socket
import httpx
from gevent.monkey import get_original
from geventhttpclient.response import HTTPParseError, HTTPSocketResponse

from harness.http_client import LARGEST_ANSWER, AnswerTooLarge, HttpRequest, HttpResponse

__all__ = ["GeventHttpClient"]

_KEPT = 2.0
"""Seconds that an idle connection is kept: as long as the harness's other clients do, less than servers do."""
_BLOCK = 64 * 1024

_poll = get_original("select", "poll")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Idle:
    sock: gevent.socket.socket
    since: float


class _Headers(dict[str, str]):
    """Headers of an answer by their names in lower case; the library's own keep each as it was written."""

    def add(self, name: str, value: str) -> None:
        """For its parser. Several of one name are one list."""
        name = name.lower()
        self[name] = f"{self[name]}, {value}" if name in self else value


class _Reader:
    """What the library's parser sees of a socket; it notes when the first byte came."""

    __slots__ = ("_now", "_sock", "first_byte")

    def __init__(self, sock: gevent.socket.socket, now: Callable[[], float]) -> None:
        self._sock = sock
        self._now = now
        self.first_byte: float | None = None

    def recv(self, size: int) -> bytes:
        data: bytes = self._sock.recv(size)
        if self.first_byte is None:
            self.first_byte = self._now()
        return data

    def close(self) -> None:
        self._sock.close()


class GeventHttpClient:
    """An `HttpClient` whose waiting blocks its greenlet alone.

    connect: seconds that a connection may take. now: a clock of seconds, by which first bytes are noted. certificates:
    how those of an `https:` URL are checked; None: as the system does. The limit on a whole request is its caller's
    `gevent.Timeout`.
    """

    def __init__(
        self,
        url: str,
        *,
        connect: float,
        now: Callable[[], float],
        certificates: Callable[[], ssl.SSLContext] | None = None,
    ) -> None:
        parts = urlsplit(url)
        is_secure = parts.scheme == "https"
        self._address = (parts.hostname or "", parts.port or (443 if is_secure else 80))
        self._tls = (certificates or ssl.create_default_context)() if is_secure else None
        self._below = parts.path.rstrip("/")
        self._host = parts.netloc.rpartition("@")[2]
        self._connect = connect
        self._now = now
        self._idle: list[_Idle] = []
        self._found: list[Any] = []
        """The addresses of the host, once they are known."""

    async def send(self, request: HttpRequest) -> HttpResponse:
        """See `HttpClient.send`."""
        sock = self._take()
        reader = _Reader(sock, self._now)
        headers = _Headers()
        keep = False
        try:
            sock.sendall(self._head(request) + request.body)
            response = HTTPSocketResponse(
                reader,
                block_size=_BLOCK,
                method=request.method,
                headers_type=lambda: headers,  # type: ignore[arg-type]  # all that it calls is there
            )
            body = _bounded(response)
            keep = not response.should_close()
        except (OSError, HTTPParseError) as error:
            raise httpx.ReadError(str(error) or "the connection was closed without an answer") from error
        finally:
            if keep:
                self._idle.append(_Idle(sock=sock, since=self._now()))
            else:
                sock.close()
        return HttpResponse(status=response.status_code, headers=headers, body=body, first_byte=reader.first_byte)

    def close(self) -> None:
        """Close what is idle."""
        while self._idle:
            self._idle.pop().sock.close()

    def _take(self) -> gevent.socket.socket:
        """The connection that was used last, if it still stands, or a new one."""
        while self._idle:
            idle = self._idle.pop()
            if self._now() - idle.since < _KEPT and not _has_news(idle.sock):
                return idle.sock
            idle.sock.close()
        try:
            sock = self._connected()
            sock.setsockopt(gevent.socket.IPPROTO_TCP, gevent.socket.TCP_NODELAY, 1)
            if self._tls is not None:
                sock = self._tls.wrap_socket(sock, server_hostname=self._address[0])
            sock.settimeout(None)
        except TimeoutError as error:
            raise httpx.ConnectTimeout(f"no connection within {self._connect:g} s") from error
        except OSError as error:
            raise httpx.ConnectError(str(error)) from error
        return sock

    def _connected(self) -> gevent.socket.socket:
        """A new connection. The host's address is asked for once: gevent asks in a thread, for which each connection
        would wait."""
        if not self._found:
            self._found = gevent.socket.getaddrinfo(*self._address, type=gevent.socket.SOCK_STREAM)
        refused = OSError(f"{self._address[0]} has no address")
        for family, kind, protocol, _, address in self._found:
            sock = gevent.socket.socket(family, kind, protocol)
            sock.settimeout(self._connect)
            try:
                sock.connect(address)
            except OSError as error:
                sock.close()
                refused = error
            else:
                return sock
        raise refused

    def _head(self, request: HttpRequest) -> bytes:
        lines = [f"{request.method} {self._below}{request.target} HTTP/1.1", f"host: {self._host}"]
        lines += [f"{name}: {value}" for name, value in request.headers]
        lines += ["user-agent: spoolproof-load", "accept: */*"]
        if request.body or request.method in {"POST", "PUT", "PATCH"}:
            lines.append(f"content-length: {len(request.body)}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _has_news(sock: gevent.socket.socket) -> bool:
    """Whether an idle connection has something to say: it can only be its end."""
    poll = _poll()
    poll.register(sock.fileno(), 1)  # POLLIN; a closed one says so whatever is asked
    return bool(poll.poll(0))


def _bounded(response: HTTPSocketResponse) -> bytes:
    """The body. Raises `AnswerTooLarge` for one that does not end."""
    chunks: list[bytes] = []
    room = LARGEST_ANSWER
    while chunk := response.read(_BLOCK):
        chunks.append(chunk)
        room -= len(chunk)
        if room < 0:
            raise AnswerTooLarge(f"an answer of more than {LARGEST_ANSWER} bytes")
    if not response.message_complete:
        raise httpx.ReadError("the connection was closed in the middle of an answer")
    return b"".join(chunks)
