"""What all connections of one fake cluster share."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import asyncssh

from connector.chance import Chance
from connector.protocol import Dialect
from fake_clusters.keys import HostKeys
from fake_clusters.model import ClusterModel
from fake_clusters.plans import ConnectionPlan, CutHow
from fake_clusters.server.algorithms import CIPHERS, COMPRESSION, MACS, SIGNATURES, key_exchanges
from fake_clusters.server.options import ServerOptions
from fake_clusters.server.wire import Link

__all__ = ["LinkFactory", "Service", "Visit", "ssh_options"]

LinkFactory = Callable[[int], Link]
"""Makes what stands between the wire and the server, for the connection of that number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One cluster's model and how its connections are served.

    admitted: the raw public keys that let a user in. noise: where spoiled output takes its bytes from.
    """

    loop: asyncio.AbstractEventLoop
    model: ClusterModel
    dialect: Dialect
    keys: HostKeys
    options: ServerOptions
    ssh: asyncssh.SSHServerConnectionOptions
    admitted: frozenset[bytes]
    noise: Chance
    links: LinkFactory | None = None


class Visit(Protocol):
    """One connection, as those see it who serve it. number: the model's number for it."""

    @property
    def number(self) -> int: ...

    @property
    def plan(self) -> ConnectionPlan: ...

    def authenticated(self) -> None: ...

    def departed(self) -> None:
        """asyncssh has let go of the connection and of all its channels."""
        ...

    def cut(self, how: CutHow) -> None: ...

    def batch(self, step: Callable[[], None]) -> None:
        """Take a step, and send what it writes at once and together."""
        ...


def ssh_options(keys: HostKeys, options: ServerOptions) -> asyncssh.SSHServerConnectionOptions:
    """asyncssh's options: made once per cluster, since reading them is what a connection would pay for."""
    return asyncssh.SSHServerConnectionOptions(
        server_host_keys=[keys.own],
        server_version="spoolproof",
        kex_algs=key_exchanges(),
        encryption_algs=CIPHERS,
        mac_algs=MACS,
        compression_algs=COMPRESSION,
        signature_algs=SIGNATURES,
        gss_host=None,
        kbdint_auth=False,
        host_based_auth=False,
        agent_forwarding=False,
        x11_forwarding=False,
        login_timeout=0,
        keepalive_interval=options.keepalive,
        keepalive_count_max=options.keepalive_tries,
        encoding=None,
        line_editor=False,
    )
