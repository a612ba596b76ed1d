"""What a gateway wrote down about a request: when it came and ended, and each try to have the service answer it."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Ending", "GatewayRow", "UpstreamTry"]


class Ending(StrEnum):
    """How a try ended. answered: the service's whole answer was passed back, whatever its status.

    The gateway gave up: connect-timeout, send-timeout (the service did not take the request), read-timeout. refused:
    there was no connection, so nothing was sent. broken: the service closed the connection before its answer ended.
    client-left: the client closed its connection first. full: the service had as many requests as the gateway gives it.
    """

    ANSWERED = "answered"
    CONNECT_TIMEOUT = "connect-timeout"
    SEND_TIMEOUT = "send-timeout"
    READ_TIMEOUT = "read-timeout"
    REFUSED = "refused"
    BROKEN = "broken"
    CLIENT_LEFT = "client-left"
    FULL = "full"


@dataclass(frozen=True, slots=True, kw_only=True)
class UpstreamTry:
    """began, ended: Unix seconds. server: its address, or the name that the gateway has for it. status: of the
    service's own answer."""

    began: float
    ended: float
    server: str
    ending: Ending
    status: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayRow:
    """began, ended: Unix seconds. request_id: as the client sent it, else "". status: as the client was sent it, or
    would have been. tries: none for a request that the gateway answered by itself."""

    began: float
    ended: float
    request_id: str
    method: str
    target: str
    status: int
    tries: tuple[UpstreamTry, ...] = ()
