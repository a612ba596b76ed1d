"""What the pipeline stands on: addresses, clusters, store, HTTP, chance; the real ones, or a world's instead."""

import os
import socket
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from starlette.types import ASGIApp

from connector.clock import Clock
from connector.protocol import Connector
from connector.targets import Target, read_targets
from pipeline.errors import SettingsError
from pipeline.gateway.access_log import AccessLog, open_access_log
from pipeline.marks import StoreIdentity
from pipeline.notices.addresses import parse_network
from pipeline.notices.sender import NoticeSender, Post
from pipeline.settings import NotifierSettings
from pipeline.spool.broker import Broker
from pipeline.spool.opening import open_broker
from pipeline.store.opening import open_store
from pipeline.store.store import Store
from pipeline.uuid7 import Entropy

if TYPE_CHECKING:
    import ssl

    from pipeline.gateway.upstream import OpenUpstream  # brings httpx along, which only a gateway needs
    from pipeline.metrics import Metrics
    from pipeline.tracing import Tracing

__all__ = ["OpenBroker", "OpenConnectors", "OpenStore", "Runtime", "mail_over_smtp", "open_post_over_http"]


class OpenConnectors(Protocol):
    """Opens a connector per target, by its name, while the context lasts."""

    def __call__(
        self, targets: Iterable[Target], *, connections: int, sessions: int
    ) -> AbstractAsyncContextManager[Mapping[str, Connector]]: ...


class OpenStore(Protocol):
    """Opens the store at a path or a URL, while the context lasts. answers: seconds for which it may be away before
    callers are told so (None: its own)."""

    def __call__(
        self, place: Path | str, clock: Clock, /, *, answers: float | None = None
    ) -> AbstractAsyncContextManager[Store]: ...


OpenBroker = Callable[[str, StoreIdentity], AbstractAsyncContextManager[Broker]]
"""Opens the broker at these URLs for the messages of a store, while the context lasts."""


def _open_pool(
    targets: Iterable[Target], *, connections: int, sessions: int
) -> AbstractAsyncContextManager[Mapping[str, Connector]]:
    from connector.ssh import open_pool  # a third of what a part imports, and an API or a gateway needs none of it

    return open_pool(targets, connections=connections, sessions=sessions)


def open_post_over_http(settings: NotifierSettings) -> AbstractAsyncContextManager[Post]:
    """How a notifier reaches the receivers of webhooks, unless a world puts its own way in place."""
    from pipeline.notices.http_post import open_http_post  # brings an HTTP client along, which only a notifier needs

    return open_http_post(timeout=settings.timeout, allowed=[parse_network(word) for word in settings.allow])


def mail_over_smtp(settings: NotifierSettings) -> NoticeSender:
    """How a notifier sends mail, unless a world puts its own way in place. Raises `SettingsError` where what that needs
    is not installed."""
    try:
        from pipeline.notices.mail import MailSender  # brings aiosmtplib along, which is an extra
    except ImportError as error:
        raise SettingsError(f"notifier.mail: needs {error.name}: pip install 'spoolproof[mail]'") from error
    return MailSender(settings.mail, timeout=settings.timeout)


def _serve_http(app: ASGIApp, host: str, port: int) -> AbstractAsyncContextManager[str]:
    from connector.http_server import http_server  # brings uvicorn along, which a processor does not need

    return http_server(app, host, port)


def _serve_https(app: ASGIApp, host: str, port: int, tls: "ssl.SSLContext") -> AbstractAsyncContextManager[str]:
    from connector.http_server import http_server

    return http_server(app, host, port, tls=tls)


def _holder() -> str:
    return f"{socket.gethostname()}-{os.getpid()}"  # in containers, every process may have the number 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """serve_http, serve_https: serve an application at a host and port (0: any); give its URL. open_upstream: how the
    gateway reaches the service; None: over the network. open_post: how a notifier reaches the receivers of webhooks.
    open_mail: how it sends mail, where a host is set. open_access_log: where the gateway writes down its tries.
    entropy: of the ids of records and requests. holder: a name that no other process has. metrics: of what the parts
    do; None: nothing is measured. tracing: likewise.
    """

    read_targets: Callable[[Path], list[Target]] = read_targets
    open_connectors: OpenConnectors = _open_pool
    open_store: OpenStore = open_store
    open_broker: OpenBroker = open_broker
    serve_http: Callable[[ASGIApp, str, int], AbstractAsyncContextManager[str]] = _serve_http
    serve_https: "Callable[[ASGIApp, str, int, ssl.SSLContext], AbstractAsyncContextManager[str]]" = _serve_https
    open_upstream: "OpenUpstream | None" = None
    open_post: Callable[[NotifierSettings], AbstractAsyncContextManager[Post]] = open_post_over_http
    open_mail: Callable[[NotifierSettings], NoticeSender] = mail_over_smtp
    open_access_log: Callable[[Path], AbstractContextManager[AccessLog]] = open_access_log
    entropy: Entropy = os.urandom
    holder: Callable[[], str] = _holder
    metrics: "Metrics | None" = None
    tracing: "Tracing | None" = None
