"""From where messages, due records and expired keys are looked for, so that those which are done cost nobody anything.

Each is looked for in the order in which it can be had, so that behind the first that waits nothing is left but what is
done. While a snapshot is held somewhere, PostgreSQL keeps all of that, with an entry for each in the index, and
whoever looks from the beginning passes it each time: a million jobs make each look take seconds.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from math import inf

from connector.clock import Clock
from pipeline.store.postgres.connecting import Connection

__all__ = ["Position", "Positions", "positions_at"]

_EVERY = 1.0
"""Seconds between two looks."""
_LATE = 2.0
"""Seconds: what another process writes may be committed so much later than the instant that it has."""
_SHARE = 0.01
"""Of the time, that looks from the beginning may take."""


class Position:
    """Of one process. What came to lie behind it, as what is committed very late, is found by a look from the
    beginning: each second, or so seldom that these looks take a hundredth of the time. Nobody else waits for a look.
    clock: seconds, of this process."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._since = -inf
        self._all_at = -inf

    @property
    def since(self) -> float:
        """Where those begin that may be there: an instant of the store's clock."""
        return self._since

    def move(self, to: float) -> None:
        """Nothing that is looked for lies before this instant; the position never goes back by it."""
        self._since = max(self._since, to)

    async def keep(self, first: Callable[[float], Awaitable[tuple[float, float]]]) -> bool:
        """One turn of `keep_on`. first: looks from an instant on, and tells that of the first that can be had
        (inf: there is none) and the one at which it looked."""
        await asyncio.sleep(_EVERY)
        began = self._clock()
        sees_all = began >= self._all_at
        at, now = await first(-inf if sees_all else self._since)
        self.move(min(at, now - _LATE))
        if sees_all:
            self._since = min(self._since, at)
            ended = self._clock()
            self._all_at = ended + (ended - began) / _SHARE
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Positions:
    """Of what a process looks for: messages that can be taken, records that are due, keys that have expired."""

    messages: Position
    due: Position
    keys: Position

    async def looks(self, connection: Connection) -> Sequence[tuple[str, Position]]:
        """Each with the query by which it is kept, but for those of tables that this account may not read."""
        every = [
            ("messages", "first_message", self.messages),
            ("shares", "first_due", self.due),
            ("keys", "first_expired_key", self.keys),
        ]
        may_read = "SELECT has_table_privilege($1, 'SELECT')"
        return [(query, position) for table, query, position in every if await connection.fetchval(may_read, table)]


def positions_at(clock: Clock) -> Positions:
    """Those of a process that begins."""
    return Positions(messages=Position(clock), due=Position(clock), keys=Position(clock))
