"""HTTP as it is, by unmodified servers and clients over the network in memory."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from harness.http_client import HttpClient, open_httpx
from harness.virtual.hosts import NOWHERE, Host, current_host

__all__ = ["MemoryHttp"]


class MemoryHttp:
    """A `HttpTransport`."""

    def serve(self, app: ASGIApp, host: str, port: int) -> AbstractAsyncContextManager[str]:
        # A library's code at import is nobody's: it takes nothing from the chance of the life that comes first.
        open_server = NOWHERE.run(_http_server)
        return open_server(_mortal(app), host, port)

    forward = None
    """A gateway sends requests on over connections, as anywhere."""

    def open_http(
        self, url: str, *, connect: float, patience: float | None = None
    ) -> AbstractAsyncContextManager[HttpClient]:
        return open_httpx(url, connect=connect, patience=patience)

    def host_died(self, host: Host) -> None:
        """The network itself resets what the host had open."""


def _http_server() -> Callable[[ASGIApp, str, int], AbstractAsyncContextManager[str]]:
    from connector.http_server import http_server  # brings uvicorn along, which the other transports do not need

    return http_server


def _mortal(app: ASGIApp) -> ASGIApp:
    """The same application, without a last word when its process is killed: uvicorn would put it into the log."""
    here = current_host()

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        async def say(message: Message) -> None:
            if here.alive:
                await send(message)

        await app(scope, receive, say)

    return serve
