"""The addresses of a service, for the configuration of a gateway."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv6Address
from typing import Self
from urllib.parse import urlsplit

from harness.errors import WorldError

__all__ = ["UpstreamAddress", "as_often"]

_HOST = re.compile(r"[A-Za-z0-9._-]+")
_HTTP = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class UpstreamAddress:
    """host: a name or an IP address, IPv6 in brackets. path: before every target, without a slash at its end."""

    host: str
    port: int
    path: str = ""

    @classmethod
    def of_url(cls, url: str) -> Self:
        """Raises `WorldError` for what a gateway of a scenario cannot pass requests on to."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.scheme != "http":
            raise WorldError(f"{url}: a gateway that is started for the run passes on to http:// URLs only")
        if parts.username is not None or parts.query or parts.fragment or not (_is_ipv6(host) or _HOST.fullmatch(host)):
            raise WorldError(f"{url}: not the address of a service: accepted is http://HOST:PORT/PATH")
        return cls(host=f"[{host}]" if _is_ipv6(host) else host, port=parts.port or _HTTP, path=parts.path.rstrip("/"))

    @property
    def address(self) -> str:
        return f"{self.host}:{self.port}"


def _is_ipv6(host: str) -> bool:
    try:
        IPv6Address(host)
    except ValueError:
        return False
    return True


def as_often(upstreams: Sequence[UpstreamAddress], tries: int) -> Sequence[UpstreamAddress]:
    """So many at least, those there are again and again: a gateway asks each of its servers once for a request."""
    return [upstreams[number % len(upstreams)] for number in range(max(tries, len(upstreams)))]
