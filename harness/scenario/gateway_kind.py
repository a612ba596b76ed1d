"""GatewayKind: which program is in front of the service."""

from enum import StrEnum

__all__ = ["GatewayKind"]


class GatewayKind(StrEnum):
    """Which program passes requests on.

    builtin: the gateway of the reference pipeline. nginx, haproxy: the real ones, with a configuration that is written
    for the run.
    """

    BUILTIN = "builtin"
    NGINX = "nginx"
    HAPROXY = "haproxy"
