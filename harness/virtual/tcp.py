"""HTTP as it is, by unmodified servers and clients over the network in memory."""

from contextlib import AbstractAsyncContextManager

import httpx
from starlette.types import ASGIApp

from harness.virtual.hosts import Host
from pipeline.gateway.app import http_transport
from pipeline.http_server import http_server
from pipeline.settings import GatewaySettings

__all__ = ["TcpWeb"]


class TcpWeb:
    """A `WebRoad`."""

    def serve(self, app: ASGIApp, host: str, port: int) -> AbstractAsyncContextManager[str]:
        return http_server(app, host, port)

    def upstream(self, service: httpx.URL, settings: GatewaySettings) -> httpx.AsyncBaseTransport:
        return http_transport(service, settings)

    def open_transport(self) -> httpx.AsyncBaseTransport:
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=64, keepalive_expiry=2.0)
        return httpx.AsyncHTTPTransport(verify=False, limits=limits, trust_env=False)

    def host_died(self, host: Host) -> None:
        """The network itself resets what the host had open."""
