"""The database's clock, as seen from here: leases and deadlines of all hosts are told by one clock."""

import asyncio
from math import inf

from connector.clock import Clock
from pipeline.store.postgres.connecting import FAILURES, Connection, DatabaseLink, translate

__all__ = ["DatabaseClock"]

_EVERY = 30.0
"""Seconds. Clocks of hosts drift by some 50 us a second (RFC 5905 allows 500): far less than `skew`."""
_DRIFT = 500e-6
"""Seconds that clocks may drift apart in a second."""
_LOOKS = 5
_MOST_LOOKS = 20
_CLOSE = 0.02
"""Seconds that a look may be off; on a machine that has no time for us, one answer after another is late."""
_NOW = "SELECT extract(epoch FROM clock_timestamp())::double precision"


class DatabaseClock:
    """Unix seconds of the database; never steps back. It is off by at most half of the shortest round trip, and by what
    the two clocks drift apart between two looks.

    local: a steady clock of this process, which carries on between the looks.
    """

    def __init__(self, local: Clock) -> None:
        self._local = local
        self._ahead = 0.0
        self._newest = 0.0
        self._error = inf
        self._looked_at = 0.0

    def __call__(self) -> float:
        self._newest = max(self._newest, self._local() + self._ahead)
        return self._newest

    async def keep(self, link: DatabaseLink) -> bool:
        """One turn of `keep_on`: look again, later. While the database is away, the local clock carries on."""
        await asyncio.sleep(_EVERY)
        try:
            await self.look(await link.get())
        except FAILURES as error:
            link.drop()
            raise translate(link.place, error) from error
        return True

    async def look(self, connection: Connection) -> None:
        """Ask the database for its time: of a few answers the one that came fastest counts (Cristian, 1989), and more
        are asked for while all are slow. What an earlier look told stays where it is the better one still."""
        looks: list[tuple[float, float]] = []
        async with connection.transaction():  # through a pooler, a statement and its values stay on one connection
            while len(looks) < _LOOKS or (min(looks)[0] > _CLOSE and len(looks) < _MOST_LOOKS):
                before = self._local()
                at = await connection.fetchval(_NOW)
                after = self._local()
                looks.append(((after - before) / 2, at - (before + after) / 2))
                await asyncio.sleep(0)
        error, ahead = min(looks)
        now = self._local()
        if error <= self._error + _DRIFT * (now - self._looked_at):
            self._error, self._ahead, self._looked_at = error, ahead, now
