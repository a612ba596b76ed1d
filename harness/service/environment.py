"""Environment: what one life of a part runs on where a world runs it in this process."""

import sqlite3
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from starlette.types import ASGIApp

from connector.protocol import Connector
from connector.targets import Target
from harness.http_client import InMemoryRequest, InMemoryResponse

__all__ = ["Environment", "Forward", "OpenConnectors"]


class OpenConnectors(Protocol):
    """Opens a connector per target, by its name, while the context lasts."""

    def __call__(
        self, targets: Iterable[Target], *, connections: int, sessions: int
    ) -> AbstractAsyncContextManager[Mapping[str, Connector]]: ...


class Forward(Protocol):
    """Sends a request from host to host without a wire. Raises as httpx does where no answer comes."""

    def __call__(
        self, host: str, port: int, request: InMemoryRequest, *, connect: float | None, patience: float | None
    ) -> Awaitable[InMemoryResponse]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """life: a name that no other life of a process has. entropy, store_entropy: of this life, and of the store.

    serve_http: serves an application at a host and port (0: any); gives its URL. forward: how an HTTP request goes to
    another host; None: over a connection, as anywhere. open_database: a connection to the database at a path.
    open_access_log: where a gateway writes down its tries, by the path of that file.
    open_store, open_broker, open_upstream: what the service itself is given instead, in its own words, where it knows
    such things.
    """

    life: str
    targets: list[Target]
    open_connectors: OpenConnectors
    open_database: Callable[[Path, float], sqlite3.Connection]
    serve_http: Callable[[ASGIApp, str, int], AbstractAsyncContextManager[str]]
    forward: Forward | None
    entropy: Callable[[int], bytes]
    store_entropy: Callable[[int], bytes]
    open_access_log: Callable[[Path], AbstractContextManager[Callable[[str], object]]]
    open_store: Callable[..., Any] | None = None
    open_broker: Callable[..., Any] | None = None
    open_upstream: Callable[..., Any] | None = None
