"""Which way the clients of a load go in: the scenario's own gateway, another program in its place, or one at a URL."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from harness.scenario.gateway_kind import GatewayKind
from harness.scenario.scenario import Scenario

__all__ = ["OWN_GATEWAY", "LoadGateway", "parse_gateway"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadGateway:
    """kind: a program in place of the scenario's own. url: of one that runs. Neither: the scenario's own."""

    kind: GatewayKind | None = None
    url: str | None = None

    def before(self, scenario: Scenario) -> Scenario:
        """The scenario with this gateway."""
        return scenario if self.kind is None else scenario.behind(self.kind)

    def name(self, scenario: Scenario) -> str:
        """For samples."""
        return self.url or str(self.kind or scenario.gateway_kind or "none")

    def is_elsewhere(self, scenario: Scenario) -> bool:
        """Whether nothing of what stands behind it is ours to start: the reference pipeline at somebody's URL."""
        return self.url is not None and scenario.service is None


OWN_GATEWAY = LoadGateway()
_HOST = re.compile(r"[A-Za-z0-9._-]+|[0-9A-Fa-f:.]+")
"""A name, or an address of IPv4 or IPv6."""


def parse_gateway(word: str) -> LoadGateway:
    """As on the command line. Raises `ValueError` with what is accepted."""
    kinds = [kind.value for kind in GatewayKind]
    if word in kinds:
        return LoadGateway(kind=GatewayKind(word))
    if _is_address(word):
        return LoadGateway(url=word.rstrip("/"))
    raise ValueError(
        f"{word!r} is no gateway; accepted: {', '.join(kinds)}, or a URL that begins with http:// or https://"
    )


def _is_address(word: str) -> bool:
    """Whether it is the URL of a server that can be asked."""
    try:
        parts = urlsplit(word)
        has_port = parts.port != 0  # raises ValueError for one that is none
    except ValueError:
        return False
    is_plain = not (parts.query or parts.fragment)
    return parts.scheme in {"http", "https"} and bool(_HOST.fullmatch(parts.hostname or "")) and has_port and is_plain
