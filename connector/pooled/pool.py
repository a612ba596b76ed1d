"""A bounded pool of connections to one cluster, and the queue of those who wait for a session.

Connections are opened by those who need them, at their own deadlines, so the pool has no task of its own. It opens one
only when no other has a free place.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Generic, NamedTuple, Protocol, TypeVar

from connector.codes import Code
from connector.pooled.stops import CallStopped
from connector.protocol import Deadlines
from connector.sites import Site

__all__ = ["Grant", "Pool", "Pooled"]


class Pooled(Protocol):
    """One connection, as its pool sees it."""

    @property
    def lost(self) -> bool: ...

    @property
    def busy(self) -> int:
        """How many of its places are taken."""
        ...

    @property
    def free(self) -> bool:
        """Whether it takes another session."""
        ...

    def occupy(self) -> None: ...

    def vacate(self) -> None: ...

    async def close(self) -> None: ...


L = TypeVar("L", bound=Pooled)

Opener = Callable[[Deadlines, Callable[[], None]], Awaitable[L]]
"""Opens a link that reports its changes to the callback."""


class Grant(NamedTuple, Generic[L]):
    """A place on a link. fresh: the link was opened for it. waited: seconds in the queue."""

    link: L
    fresh: bool
    waited: float


class Pool(Generic[L]):
    """At most `connections` links, those being opened or still closing included."""

    def __init__(self, opener: Opener[L], connections: int) -> None:
        self._opener = opener
        self._connections = connections
        self._links: list[L] = []
        self._opening = 0
        self._queue: deque[asyncio.Future[L | None]] = deque()
        self._closed = False

    async def take(self, deadlines: Deadlines, patience: float) -> Grant[L]:
        """A place, after waiting for at most `patience` seconds in the queue. Raises `CallStopped`."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        link = await self._wait(patience)
        waited = loop.time() - began
        if link is not None:
            return Grant(link=link, fresh=False, waited=waited)
        return Grant(link=await self._open(deadlines), fresh=True, waited=waited)

    async def close(self) -> None:
        """End all connections, and with them the commands on them; whoever waits is told that it is over."""
        self._closed = True
        while self._queue:
            turn = self._queue.popleft()
            if not turn.done():
                turn.set_exception(_closed())
        for link in list(self._links):
            await link.close()

    async def _wait(self, patience: float) -> L | None:
        """A link with a place taken on it, or None: the right to open one."""
        if self._closed:
            raise _closed()
        if not self._queue and ((link := self._least_busy()) is not None or self._may_open()):
            return self._grant(link)
        turn: asyncio.Future[L | None] = asyncio.get_running_loop().create_future()
        self._queue.append(turn)
        try:
            async with asyncio.timeout(patience):
                return await self._turn(turn)
        except TimeoutError as error:
            message = f"no free session within {patience:g} s: all {self._connections} connections are busy"
            raise CallStopped(Code.TIMEOUT, Site.SSH_CHANNEL, message, sent=False) from error

    async def _turn(self, turn: "asyncio.Future[L | None]") -> L | None:
        """Wait for a grant; whoever is interrupted with one already in hand gives it back."""
        try:
            return await turn
        except asyncio.CancelledError:
            if turn in self._queue:
                self._queue.remove(turn)
            if not turn.cancelled() and turn.exception() is None:
                self._give_back(turn.result())
            raise

    def _give_back(self, grant: L | None) -> None:
        if grant is None:
            self._opening -= 1
            self._serve()
        else:
            grant.vacate()

    async def _open(self, deadlines: Deadlines) -> L:
        try:
            link = await self._opener(deadlines, self._serve)
            link.occupy()
            self._links.append(link)
        finally:
            self._opening -= 1
            self._serve()
        if self._closed:
            await link.close()
            raise _closed()
        return link

    def _least_busy(self) -> L | None:
        found: L | None = None
        for link in self._links:
            if link.free and (found is None or link.busy < found.busy):
                found = link
        return found

    def _may_open(self) -> bool:
        return len(self._links) + self._opening < self._connections

    def _grant(self, link: L | None) -> L | None:
        """Take a place on it; None: the right to open one."""
        if link is None:
            self._opening += 1
        else:
            link.occupy()
        return link

    def _serve(self) -> None:
        """Forget what is lost, then grant what can be granted, in the order of the queue."""
        self._links = [link for link in self._links if not link.lost]
        while self._queue and not self._closed and ((link := self._least_busy()) is not None or self._may_open()):
            turn = self._queue.popleft()
            if not turn.done():
                turn.set_result(self._grant(link))


def _closed() -> CallStopped:
    return CallStopped(Code.REFUSED, Site.SSH_CHANNEL, "the connector is closed", sent=False)
