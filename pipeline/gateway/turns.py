"""The upstreams of one service, each request beginning with another one."""

from collections.abc import Iterator, Sequence
from itertools import cycle, islice

from pipeline.gateway.upstream import Upstream

__all__ = ["Turns"]


class Turns:
    """upstreams: at least one, closed with this."""

    def __init__(self, upstreams: Sequence[Upstream]) -> None:
        self._upstreams = tuple(upstreams)
        self._begun = 0

    def of_request(self) -> Iterator[Upstream]:
        """Whom to ask, and whom next, without an end: a request that is passed on again meets another upstream."""
        first = self._begun % len(self._upstreams)
        self._begun += 1
        return islice(cycle(self._upstreams), first, None)

    async def aclose(self) -> None:
        """Nothing is asked any more."""
        for upstream in self._upstreams:
            await upstream.aclose()
