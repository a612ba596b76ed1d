"""How the hosts of a virtual world reach each other: the clusters, and each other's HTTP; quickly, or byte by byte."""

from collections.abc import Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from starlette.types import ASGIApp

from connector.protocol import Connector
from connector.targets import Target
from fake_clusters.front import Front
from fake_clusters.model import ClusterModel
from harness.http_client import HttpClient
from harness.service.environment import Forward
from harness.virtual.hosts import Host

__all__ = ["HttpTransport", "SshTransport"]


class SshTransport(Protocol):
    """From the processor to the clusters."""

    def open_front(self, model: ClusterModel) -> AbstractAsyncContextManager[tuple[Front, Target]]:
        """Put a door before a model."""
        ...

    def open_connectors(
        self, targets: Iterable[Target], *, connections: int, sessions: int
    ) -> AbstractAsyncContextManager[Mapping[str, Connector]]:
        """Connectors of the current host."""
        ...

    def host_died(self, host: Host) -> None: ...


class HttpTransport(Protocol):
    """From clients to the gateway, from there to the API."""

    def serve(self, app: ASGIApp, host: str, port: int) -> AbstractAsyncContextManager[str]:
        """Serve an application on the current host; gives its URL."""
        ...

    @property
    def forward(self) -> Forward | None:
        """How a gateway sends a request on; None: over a connection, as anywhere."""
        ...

    def open_http(
        self, url: str, *, connect: float, patience: float | None = None
    ) -> AbstractAsyncContextManager[HttpClient]:
        """What a client asks through; see `harness.http_client.OpenHttpClient`."""
        ...

    def host_died(self, host: Host) -> None: ...
