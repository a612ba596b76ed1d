"""Who may use the page: the browser that was given the token, and programs that bear it; under this host's own name."""

from hmac import compare_digest
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fake_clusters.admin.guard import accepted_hosts

__all__ = ["PageGuard"]

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = (
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)
_FROM_HERE = frozenset({"same-origin", "none"})


class PageGuard:
    """ASGI middleware around every route.

    The URL that is printed carries the token; it becomes a cookie that no script reads and no other site sends, and
    the browser goes on without it. Host is checked on each request (DNS rebinding), and so is where it comes from.
    """

    def __init__(self, app: ASGIApp, *, token: str, host: str) -> None:
        self._app = app
        self._token = token
        self._hosts = accepted_hosts(host)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_HEADERS]
            await send(message)

        answer = self._refusal(scope) or self._greeting(scope)
        if answer is not None:
            await answer(scope, receive, guarded)
        else:
            await self._app(scope, receive, guarded)

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        name = urlsplit(f"//{host}").hostname or ""
        if self._hosts is not None and name not in self._hosts:
            return _refused(421, f"Host: {name!r} is not this host; accepted: {', '.join(sorted(self._hosts))}")
        origin = headers.get("origin")
        if origin is not None and origin != f"{scope['scheme']}://{host}":
            return _refused(403, f"Origin: {origin} is not this page")
        if scope["method"] not in {"GET", "HEAD"} and headers.get("sec-fetch-site", "none") not in _FROM_HERE:
            return _refused(403, "Sec-Fetch-Site: only this page may ask for that")
        return None

    def _greeting(self, scope: Scope) -> Response | None:
        """Of a request without the token a refusal; of one with it in the URL, the cookie."""
        given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        if scope["path"] == "/" and scope["method"] == "GET" and compare_digest(given.encode(), self._token.encode()):
            answer = RedirectResponse("/", status_code=303)
            answer.set_cookie(self._cookie(scope), self._token, httponly=True, samesite="strict", path="/")
            return answer
        if self._is_known(scope):
            return None
        return _refused(401, "This page wants the token of the URL that `spoolproof up` prints (`spoolproof status`).")

    def _is_known(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        cookie = cookie_parser(headers.get("cookie", "")).get(self._cookie(scope), "")
        scheme, _, bearer = headers.get("authorization", "").partition(" ")
        borne = bearer.strip() if scheme.lower() == "bearer" else ""
        return any(compare_digest(one.encode(), self._token.encode()) for one in (cookie, borne))

    def _cookie(self, scope: Scope) -> str:
        """Cookies know no ports, so that each sandbox of a machine has a name of its own."""
        server = scope.get("server") or ("", 0)
        return f"spoolproof-{server[1]}"


def _refused(status: int, text: str) -> Response:
    return PlainTextResponse(f"{text}\n", status_code=status)
