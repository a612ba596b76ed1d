"""What all connections of one fake cluster share."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import asyncssh

from connector.chance import Chance
from connector.dialects import FileDialect, Responder
from connector.shell.personality import ShellPersonality
from fake_clusters.exchanges import ExchangeLog
from fake_clusters.keys import HostKeys
from fake_clusters.model import ClusterModel
from fake_clusters.plans import ConnectionPlan, CutHow
from fake_clusters.server.accounts import Accounts
from fake_clusters.server.algorithms import COMPRESSION, Suite
from fake_clusters.server.options import ServerOptions
from fake_clusters.server.wire import ByteFilter
from fake_clusters.spec import LoginMethod

__all__ = ["ConnectionContext", "FilterFactory", "ServerContext", "ssh_options"]

FilterFactory = Callable[[int], ByteFilter]
"""Makes what stands between the wire and the server, for the connection of that number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerContext:
    """One cluster's model and how its connections are served.

    admitted: the raw public keys that let a user in. methods: those of the login that are on offer. noise: where
    spoiled output takes its bytes from. exchanges: the log of what was said. shell: what a session without a command
    meets.
    """

    loop: asyncio.AbstractEventLoop
    model: ClusterModel
    dialect: FileDialect
    responder: Responder
    keys: HostKeys
    options: ServerOptions
    ssh: asyncssh.SSHServerConnectionOptions
    admitted: frozenset[bytes]
    methods: frozenset[LoginMethod]
    accounts: Accounts
    shell: ShellPersonality
    noise: Chance
    exchanges: ExchangeLog
    links: FilterFactory | None = None


class ConnectionContext(Protocol):
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

    def unsent(self) -> int:
        """How many written bytes the network has not taken yet."""
        ...


def ssh_options(keys: HostKeys, suite: Suite, options: ServerOptions) -> asyncssh.SSHServerConnectionOptions:
    """asyncssh's options: made once per cluster, since reading them is what a connection would pay for."""
    return asyncssh.SSHServerConnectionOptions(
        server_host_keys=[next(iter(keys.own.values()))],  # it wants one; a connection shows those of its plan
        server_version="spoolproof",
        kex_algs=suite.key_exchanges,
        encryption_algs=suite.ciphers,
        mac_algs=suite.macs,
        compression_algs=COMPRESSION,
        signature_algs=suite.signatures,
        gss_host=None,
        host_based_auth=False,
        agent_forwarding=False,
        x11_forwarding=False,
        login_timeout=0,
        keepalive_interval=options.keepalive,
        keepalive_count_max=options.keepalive_tries,
        encoding=None,
        line_editor=False,
    )
