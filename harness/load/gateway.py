"""Which way the clients of a load go in: the scenario's own gateway, or one at a URL."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from harness.run.world import World
from harness.scenario.scenario import Scenario

__all__ = ["BUILTIN", "LoadGateway", "open_gateway", "parse_gateway"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadGateway:
    """kind: `builtin`, or `url` with a URL."""

    kind: str
    url: str | None = None

    def __str__(self) -> str:
        return self.url or self.kind

    def is_elsewhere(self, scenario: Scenario) -> bool:
        """Whether nothing of what stands behind it is ours to start: the reference pipeline at somebody's URL."""
        return self.url is not None and scenario.service is None


BUILTIN = LoadGateway(kind="builtin")


def parse_gateway(word: str) -> LoadGateway:
    """As on the command line. Raises `ValueError` with what is accepted."""
    if word == BUILTIN.kind:
        return BUILTIN
    parts = urlsplit(word)
    if parts.scheme in {"http", "https"} and parts.hostname:
        return LoadGateway(kind="url", url=word.rstrip("/"))
    raise ValueError(f"{word!r} is no gateway; accepted: builtin, or a URL that begins with http:// or https://")


@asynccontextmanager
async def open_gateway(gateway: LoadGateway, world: World) -> AsyncIterator[str | None]:
    """Where the clients of this world go in while the context lasts; None: where its service says."""
    yield gateway.url
