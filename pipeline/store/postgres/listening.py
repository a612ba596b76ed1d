"""Wakes those who wait for a message, in every process: NOTIFY, outside the transactions that send the messages.

Within the accepting transaction it would take a lock of the whole database at each commit. Here one notification is
under way at a time, for all that was sent meanwhile. It is a hint: a listener that has died, or a pooler that passes
none on, costs a poll.
"""

import asyncio
from contextlib import suppress

from pipeline.store.postgres.connecting import FAILURES, Connection, DatabaseLink, translate
from pipeline.store.wakeup import LoopWakeup

__all__ = ["ListeningWakeup"]

_CHANNEL = "spoolproof_messages"
_APART = 0.002
"""Seconds between two notifications: while many are accepted, to announce each costs more than it is worth."""
_ALIVE = 2.0
"""Seconds between two looks whether the listening connection is alive."""


class ListeningWakeup(LoopWakeup):
    """See `Wakeup`. link: a connection for this alone."""

    def __init__(self, link: DatabaseLink) -> None:
        super().__init__()
        self._link = link
        self._sent = asyncio.Event()
        self._heard_on: Connection | None = None

    def notify(self) -> None:
        """Wake one who waits here, and let the other processes know."""
        super().notify()
        self._sent.set()

    async def turn(self) -> bool:
        """One turn of `keep_on`: listen, until there is something to announce or a look is due. Raises `StoreError`."""
        try:
            connection = await self._listening()
            try:
                async with asyncio.timeout(_ALIVE):
                    await self._sent.wait()
            except TimeoutError:
                await connection.execute("SELECT 1", timeout=_ALIVE)
            else:
                await self._announce(connection)
                await asyncio.sleep(_APART)
        except FAILURES as error:
            self._link.drop()
            raise translate(self._link.place, error) from error
        return True

    async def close(self) -> None:
        """Announce what has been sent since, where the database is there."""
        if self._sent.is_set() and self._heard_on is not None and not self._heard_on.is_closed():
            with suppress(*FAILURES):
                await self._announce(self._heard_on)

    async def _announce(self, connection: Connection) -> None:
        self._sent.clear()
        try:
            await connection.execute(f"NOTIFY {_CHANNEL}", timeout=_ALIVE)
        except BaseException:
            self._sent.set()
            raise

    async def _listening(self) -> Connection:
        connection = await self._link.get()
        if connection is not self._heard_on:
            await connection.add_listener(_CHANNEL, self._wake)
            self._heard_on = connection
        return connection

    def _wake(self, *_told: object) -> None:
        super().notify()
