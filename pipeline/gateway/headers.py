"""Which headers a proxy passes on, and which it adds (RFC 9110, 7.6)."""

from collections.abc import Iterable, Sequence

from starlette.types import Scope

__all__ = ["RawHeaders", "answer_headers", "header", "request_headers"]

RawHeaders = list[tuple[bytes, bytes]]

_OF_ONE_HOP = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    }
)
_NOT_UPSTREAM = _OF_ONE_HOP | {
    b"host",
    b"expect",
    b"x-forwarded-for",
    b"x-forwarded-host",
    b"x-forwarded-proto",
    b"x-request-id",
}
_NOT_DOWNSTREAM = _OF_ONE_HOP | {b"date", b"x-request-id"}  # the server around the gateway dates what it sends


def header(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> bytes | None:
    """The first value of a header of a request, or None. Names are in lower case: ASGI has it so."""
    for key, value in headers:
        if key == name:
            return value
    return None


def request_headers(scope: Scope, host: bytes, request_id: str) -> RawHeaders:
    """What the service is sent: the client's headers of end to end, who asked, and where."""
    given: Sequence[tuple[bytes, bytes]] = scope["headers"]
    client = scope.get("client")
    asker = client[0].encode("ascii", "replace") if client else b"unknown"
    # A body without a length is sent in chunks of our own making.
    chunked = [(b"transfer-encoding", b"chunked")] if header(given, b"transfer-encoding") is not None else []
    earlier = [value for key, value in given if key == b"x-forwarded-for"]
    return [
        (b"host", host),
        *_end_to_end(given, _NOT_UPSTREAM),
        *chunked,
        (b"x-forwarded-for", b", ".join([*earlier, asker])),
        (b"x-forwarded-host", header(given, b"host") or b""),
        (b"x-forwarded-proto", scope["scheme"].encode("ascii")),
        (b"x-request-id", request_id.encode("ascii")),
    ]


def answer_headers(headers: Sequence[tuple[bytes, bytes]], request_id: str) -> RawHeaders:
    """What the client is sent: the service's headers of end to end, and the id by which this request is found."""
    return [*_end_to_end(headers, _NOT_DOWNSTREAM), (b"x-request-id", request_id.encode("ascii"))]


def _end_to_end(headers: Sequence[tuple[bytes, bytes]], dropped: frozenset[bytes]) -> RawHeaders:
    """Without those of one hop: the listed ones, and those that `Connection` names."""
    for key, value in headers:
        if key.lower() == b"connection":
            dropped |= {word.strip().lower() for word in value.split(b",")}
    return [(key, value) for key, value in headers if key.lower() not in dropped]
