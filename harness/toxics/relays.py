"""The relays of one run: one on each link that the scenario's toxics name, and what affected on them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from connector.targets import Target
from connector.values import replace
from harness.toxics.door import OpensDoors
from harness.toxics.links import covers, processor_link, site_of, whose
from harness.toxics.relay import Relay
from harness.toxics.rule import ToxicRule
from harness.toxics.toxic import Toxic
from reports.history import Injection

__all__ = ["Relays", "no_relays", "relayed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Affected:
    """at: seconds of the loop."""

    at: float
    link: str
    toxic: Toxic
    connection: int | None


class Relays:
    """Made by `relayed`."""

    def __init__(self, rules: Sequence[ToxicRule], seed: int, stack: AsyncExitStack, *, everywhere: bool) -> None:
        self._rules = rules
        self._everywhere = everywhere
        self._seed = seed
        self._stack = stack
        self._relays: dict[str, Relay] = {}
        self._affected: list[_Affected] = []

    @property
    def links(self) -> Mapping[str, Relay]:
        """Those that stand, by the name of their link."""
        return self._relays

    async def through(self, link: str, host: str, port: int) -> tuple[str, int]:
        """Where to connect to reach this address on this link: at a relay where the toxics need one, else at itself."""
        if not self._everywhere and not any(covers(rule.selector.link, link) for rule in self._rules):
            return host, port
        # Beside the server itself, so that in virtual time the way between two hosts is gone once, not twice.
        near = host if isinstance(asyncio.get_running_loop(), OpensDoors) else "127.0.0.1"
        relay = Relay(host, port, link=link, seed=self._seed, affected=self._logging(link), host=near)
        self._relays[link] = await self._stack.enter_async_context(relay)
        return relay.host, relay.port

    async def through_url(self, link: str, url: str) -> str:
        """The same for the URL of a server."""
        parts = urlsplit(url)
        host, port = await self.through(
            link, parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        )
        return parts._replace(netloc=f"[{host}]:{port}" if ":" in host else f"{host}:{port}").geturl()

    async def to_cluster(self, target: Target) -> Target:
        """A cluster as the pipeline shall find it; its host key stays the one to trust."""
        host, port = await self.through(processor_link(target.name), target.host, target.port)
        return replace(target, host=host, port=port)

    def injections(self, now: Callable[[], float]) -> list[Injection]:
        """Each occasion on which a toxic met a connection, or the whole link. now: the run's clock."""
        offset = now() - asyncio.get_running_loop().time()
        return [
            Injection(
                number=number,
                at=row.at + offset,
                fault=row.toxic.kind.name,
                label=row.toxic.name,
                cluster=whose(row.link),
                site=site_of(row.link),
                attempt=row.connection,
            )
            for number, row in enumerate(self._affected, start=1)
        ]

    def _logging(self, link: str) -> Callable[[Toxic, int | None], None]:
        loop = asyncio.get_running_loop()

        def log(toxic: Toxic, connection: int | None) -> None:
            self._affected.append(_Affected(at=loop.time(), link=link, toxic=toxic, connection=connection))

        return log


def no_relays() -> Relays:
    """For a world without toxics."""
    return Relays((), 0, AsyncExitStack(), everywhere=False)


@asynccontextmanager
async def relayed(rules: Sequence[ToxicRule], *, seed: int, everywhere: bool = False) -> AsyncIterator[Relays]:
    """Relays for these rules; they stand from when their link is known until the context ends.

    everywhere: on each link, for toxics that are yet to come.
    """
    async with AsyncExitStack() as stack:
        yield Relays(rules, seed, stack, everywhere=everywhere)
