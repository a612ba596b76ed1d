"""One HTTP/1.1 connection of a server: a strict parser, bounded heads, and a deadline for whatever a client can delay.

uvicorn's protocol on llhttp (httptools) refuses what two parsers could read in two ways: Content-Length beside
Transfer-Encoding, folded headers, bare line feeds, numbers that are not digits (RFC 9112, sections 2.2, 5.2 and 6).
This adds what it leaves to its caller: one Host (RFC 9112, 3.2), the version, the transfer codings, and the deadlines.
"""

import asyncio
import json
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from http import HTTPStatus
from socket import SO_SNDBUF, SOL_SOCKET
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from connector.http_transport import OneWrite

__all__ = ["PEER_NAME", "HttpConnection", "HttpLimits"]

PEER_NAME = "spoolproof.peer_name"
"""Among the extensions of a request's scope: `name`, the common name of the client's certificate, which TLS checked."""

_HOST = re.compile(rb"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~!$&'()*+,;=%-]*)(?::[0-9]*)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpLimits:
    """What one client may take.

    head, body, write: seconds for a whole request head, for a whole request body, and for reading any of an answer that
    waits to be sent. linger: seconds for which a refused client is read on. largest_head: bytes. unsent: bytes of
    answers that the system holds, about; None: as many as it likes.
    """

    head: float = 10.0
    body: float = 30.0
    write: float = 30.0
    linger: float = 1.0
    largest_head: int = 32 * 1024
    unsent: int | None = None


class _Phase(Enum):
    """What the client is sending."""

    NOTHING = auto()
    HEAD = auto()
    BODY = auto()


class HttpConnection(HttpToolsProtocol):
    """limits: set by `with_limits` before the connection is made."""

    limits = HttpLimits()

    @classmethod
    def with_limits(cls, limits: HttpLimits) -> type["HttpConnection"]:
        """The same with other limits."""
        return type(cls.__name__, (cls,), {"limits": limits})

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # uvicorn narrows it too
        self._phase = _Phase.HEAD  # the first head is due from the start
        self._head_size = 0
        self._refusal: tuple[HTTPStatus, str] | None = None
        self._discards = False
        self._receiving: asyncio.TimerHandle | None = None
        self._sending: asyncio.TimerHandle | None = None
        self._peer_name = _common_name(transport.get_extra_info("peercert"))
        if self.limits.unsent is not None:
            transport.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_SNDBUF, self.limits.unsent)
        super().connection_made(OneWrite(transport))
        self._receiving = self.loop.call_later(self.limits.head, self._late_head)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_receiving_timer()
        self._stop_sending_timer()
        super().connection_lost(exc)
        self._unset_keepalive_if_required()  # uvicorn keeps it where the connection broke

    def data_received(self, data: bytes) -> None:
        if self._is_over():
            return
        if self._phase is not _Phase.BODY:
            self._head_size += len(data)
        self._unset_keepalive_if_required()
        self._parse(data)
        if self._is_over():
            return
        if self._phase is _Phase.NOTHING and self._is_idle():
            self._enter(_Phase.HEAD)  # blank lines before a head: they have ended uvicorn's own wait
        if self._phase is _Phase.HEAD and self._head_size > self.limits.largest_head:
            self._refuse(*self._too_large())
        elif self._receiving is None and self._phase is not _Phase.NOTHING:
            late, seconds = self._deadline()
            self._receiving = self.loop.call_later(seconds, late)

    def eof_received(self) -> bool:  # type: ignore[override]  # uvicorn closes at once
        """A client that sends no more after whole requests still gets its answers (RFC 9112, 9.6)."""
        cycle = self._newest()
        if self._phase is not _Phase.NOTHING or cycle is None or cycle.response_complete:
            self.transport.close()  # what is held to be written goes out first
            return False
        cycle.keep_alive = False
        return True

    def _parse(self, data: bytes) -> None:
        """Feed the parser.

        Nobody who asks for another protocol gets it (RFC 9110, 7.8), and the request is served as it is. httptools
        stops behind the head of such a request and drops its body, so it reads the head again, without `Upgrade`.
        """
        while True:
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserUpgrade as upgrade:
                (behind,) = upgrade.args
                data = self._head_without_upgrade() + data[behind:]
                self.parser = httptools.HttpRequestParser(self)
            except httptools.HttpParserError:
                self.send_400_response("")
                return
            else:
                return

    def _head_without_upgrade(self) -> bytes:
        version = self.parser.get_http_version().encode()
        lines = [b"%s %s HTTP/%s" % (self.parser.get_method(), self.url, version)]
        lines += [b"%s: %s" % (name, value) for name, value in self.headers if name != b"upgrade"]
        return b"\r\n".join([*lines, b"", b""])

    # The parser's callbacks.

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if self._phase is not _Phase.HEAD:
            self._enter(_Phase.HEAD)

    def on_header(self, name: bytes, value: bytes) -> None:
        super().on_header(name, value.rstrip(b" \t"))  # white space around a value is none of it (RFC 9112, 5.1)

    def on_headers_complete(self) -> None:
        if self.parser.get_method() == b"CONNECT":
            self._raise(HTTPStatus.NOT_IMPLEMENTED, "CONNECT is not served")
        if self.parser.should_upgrade():  # and comes again
            return
        self._check_head()
        if self._peer_name is not None:
            self.scope["extensions"] = {PEER_NAME: {"name": self._peer_name}}
        super().on_headers_complete()
        self._enter(_Phase.BODY)

    def on_message_complete(self) -> None:
        if self.parser.should_upgrade():
            return
        super().on_message_complete()
        self._enter(_Phase.NOTHING)

    def _check_head(self) -> None:
        """Raise for a head that llhttp accepts and RFC 9112 does not, or that this server cannot serve."""
        if len(self.url) + sum(len(name) + len(value) for name, value in self.headers) > self.limits.largest_head:
            self._raise(*self._too_large())
        version = self.parser.get_http_version()
        if version not in {"1.0", "1.1"}:
            self._raise(HTTPStatus.HTTP_VERSION_NOT_SUPPORTED, f"HTTP/{version} is not served; accepted: HTTP/1.1")
        hosts = [value for name, value in self.headers if name == b"host"]
        if len(hosts) > 1 or (version == "1.1" and not hosts):
            self._raise(HTTPStatus.BAD_REQUEST, f"{len(hosts)} Host headers; exactly one is needed")
        if hosts and _HOST.fullmatch(hosts[0]) is None:
            self._raise(HTTPStatus.BAD_REQUEST, "the Host header is not a host with an optional port")
        codings = [value for name, value in self.headers if name == b"transfer-encoding"]
        if codings and version == "1.0":
            self._raise(HTTPStatus.BAD_REQUEST, "Transfer-Encoding is not of HTTP/1.0")
        if any(coding.strip().lower() != b"chunked" for coding in codings):
            self._raise(HTTPStatus.NOT_IMPLEMENTED, "the only transfer coding that is served is chunked")

    def _raise(self, status: HTTPStatus, detail: str) -> None:
        self._refusal = (status, detail)
        raise ValueError(detail)

    def send_400_response(self, msg: str) -> None:
        """What uvicorn calls where the parser, or a callback of it, has refused the request."""
        self._refuse(*(self._refusal or (HTTPStatus.BAD_REQUEST, _what_is_wrong(sys.exception()))))

    # Refusals.

    def _refuse(self, status: HTTPStatus, detail: str) -> None:
        """Answer the request that is being received, unless it has an answer already, and close."""
        self._discards = True
        cycle = self._newest()
        if cycle is not None and self._phase is _Phase.HEAD and not cycle.response_complete:
            # The request before this one is whole, and has its answer; this one, and all behind it, has none.
            cycle.keep_alive = False
            self._enter(_Phase.NOTHING)
            return
        answered = False
        if cycle is not None and self._phase is _Phase.BODY:
            answered = cycle.response_started
            cycle.disconnected = True
            cycle.message_event.set()
        self._enter(_Phase.NOTHING)
        if answered:
            self.transport.close()
            return
        self.transport.write(_refusal(status, detail, self.server_state.default_headers))
        # What was sent and not read would have the kernel reset the connection, and the answer be lost with it
        # (RFC 9112, 9.6): this side ends first, and what still comes is read and dropped for a while.
        self.transport.write_eof()
        self._receiving = self.loop.call_later(self.limits.linger, self.transport.close)

    def _too_large(self) -> tuple[HTTPStatus, str]:
        return HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, f"more than {self.limits.largest_head} bytes of headers"

    def _late_head(self) -> None:
        self._receiving = None
        if self._head_size == 0:
            self.transport.close()  # nothing was asked, so nothing is answered
        else:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT, f"no whole request head in {self.limits.head:g} s")

    def _late_body(self) -> None:
        self._receiving = None
        self._refuse(HTTPStatus.REQUEST_TIMEOUT, f"no whole request body in {self.limits.body:g} s")

    # Answers that nobody reads.

    def pause_writing(self) -> None:
        super().pause_writing()
        if self._sending is None:
            self._sending = self.loop.call_later(self.limits.write, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._stop_sending_timer()

    # Timers.

    def _enter(self, phase: _Phase) -> None:
        self._phase = phase
        self._stop_receiving_timer()
        if phase is not _Phase.HEAD:
            self._head_size = 0

    def _deadline(self) -> tuple[Callable[[], None], float]:
        if self._phase is _Phase.HEAD:
            return self._late_head, self.limits.head
        return self._late_body, self.limits.body

    def _is_idle(self) -> bool:
        cycle = self._newest()
        served = cycle is None or cycle.response_complete
        return served and not self.pipeline and self.timeout_keep_alive_task is None

    def _is_over(self) -> bool:
        """Whether what still comes is dropped."""
        return self._discards or self.transport.is_closing()

    def _newest(self) -> RequestResponseCycle | None:
        """The newest request and its answer; None before the first, which uvicorn's annotation does not say."""
        return self.cycle

    def _stop_receiving_timer(self) -> None:
        if self._receiving is not None:
            self._receiving.cancel()
            self._receiving = None

    def _stop_sending_timer(self) -> None:
        if self._sending is not None:
            self._sending.cancel()
            self._sending = None


def _common_name(certificate: Any) -> str | None:
    """certificate: as the `ssl` module gives it; None or empty where there is none."""
    names = [value for part in (certificate or {}).get("subject", ()) for key, value in part if key == "commonName"]
    return names[0] if len(names) == 1 else None


def _what_is_wrong(error: BaseException | None) -> str:
    if isinstance(error, httptools.HttpParserCallbackError):  # uvicorn's own callback reads the target, and no more
        return "the target of the request is not a path"
    return f"malformed request: {error}"


def _refusal(status: HTTPStatus, detail: str, headers: list[tuple[bytes, bytes]]) -> bytes:
    """An answer that no application has seen, as problem details (RFC 9457)."""
    problem = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": detail}
    body = json.dumps(problem).encode()
    lines = [
        f"HTTP/1.1 {status.value} {status.phrase}".encode(),
        *(name + b": " + value for name, value in headers),
        b"content-type: application/problem+json",
        b"content-length: %d" % len(body),
        b"connection: close",
    ]
    return b"\r\n".join([*lines, b"", body])
