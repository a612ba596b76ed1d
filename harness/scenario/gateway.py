"""The gateway in front of the service: which program it is, and its policy, as a scenario names them."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["GatewayKind", "GatewayPolicy"]


class GatewayKind(StrEnum):
    """Which program passes requests on.

    builtin: the gateway of the reference pipeline. nginx, haproxy: the real ones, with a configuration that is written
    for the run.
    """

    BUILTIN = "builtin"
    NGINX = "nginx"
    HAPROXY = "haproxy"


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayPolicy:
    """How long a gateway waits, and what it does then. Seconds.

    connect: for a connection to the service. read: for one wait for bytes, of the answer or until the service takes
    more of the request. total: for the whole request; nginx and haproxy have no such limit. max_connections: requests
    at once; more are answered 503.

    tries: how often a request is passed on at most. Another try follows a connection that was not made and a service
    that did not answer in time; non_idempotent: the latter also for a POST or a PATCH, which may then be done twice.
    """

    connect: float = 1.0
    read: float = 5.0
    total: float = 6.0
    max_connections: int = 256
    tries: int = 1
    non_idempotent: bool = False
