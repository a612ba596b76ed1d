"""Who may talk to the admin API: bearers of the token, who meant this host."""

from collections.abc import Collection
from hmac import compare_digest
from ipaddress import ip_address

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from connector.http_input import HttpInputError, decoded
from fake_clusters.admin.problems import problem_response

__all__ = ["Guard", "accepted_hosts", "is_loopback"]

_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach what is bound to `host`."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Guard:
    """ASGI middleware around every route.

    hosts: the names by which the API may be addressed, None for any. A page from elsewhere can make a browser send
    requests to a loopback address under a name of its own (DNS rebinding); such a name is not one of these.
    """

    def __init__(self, app: ASGIApp, *, token: str, hosts: Collection[str] | None) -> None:
        self._app = app
        self._token = token.encode()
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        host = _name(headers.get("host", ""))
        if self._hosts is not None and host not in self._hosts:
            detail = f"Host: {host!r} is not this host; accepted: {', '.join(sorted(self._hosts))}"
            await problem_response(421, "misdirected", detail)(scope, receive, send)
        elif not self._bears_token(headers.get("authorization", "")):
            detail = "Authorization: a header `Bearer TOKEN` with the token of this server is required"
            challenge = {"WWW-Authenticate": 'Bearer realm="fake clusters"'}
            await problem_response(401, "unauthorized", detail, headers=challenge)(scope, receive, send)
        elif (wrong := _what_is_wrong(scope.get("raw_path", b""))) is not None:
            await problem_response(400, "not-acceptable", f"path: {wrong}")(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _bears_token(self, authorization: str) -> bool:
        """The scheme is of any case (RFC 9110, 11.1)."""
        scheme, _, token = authorization.partition(" ")
        return scheme.lower() == "bearer" and compare_digest(token.strip(" ").encode(), self._token)


def accepted_hosts(host: str) -> frozenset[str] | None:
    """The names for an API bound to `host`: only loopback ones where only this machine is meant to reach it."""
    return _LOOPBACK_NAMES | {host} if is_loopback(host) else None


def _what_is_wrong(path: bytes) -> str | None:
    try:
        decoded(path)
    except HttpInputError as error:
        return str(error)
    return None


def _name(host: str) -> str:
    """The name in a Host header, without its port and brackets."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].lower()
