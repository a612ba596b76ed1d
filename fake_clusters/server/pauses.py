"""Waiting that ends with the connection, so that nothing is left waiting for a client that is gone."""

import asyncio

__all__ = ["Pauses"]


class Pauses:
    """The waits of one connection."""

    __slots__ = ("_loop", "_over", "_waits")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._waits: list[asyncio.Future[None]] = []
        self._over = False

    async def wait(self, seconds: float | None) -> bool:
        """Wait so long (None: for ever), or until the connection ends; whether it is still there."""
        if self._over:
            return False
        wait = self._loop.create_future()
        timer = None if seconds is None else self._loop.call_later(seconds, _finish, wait)
        self._waits.append(wait)
        try:
            await wait
        finally:
            self._waits.remove(wait)
            if timer is not None:
                timer.cancel()
        return not self._over

    def end(self) -> None:
        """End all waits."""
        self._over = True
        for wait in self._waits:
            _finish(wait)


def _finish(wait: "asyncio.Future[None]") -> None:
    if not wait.done():
        wait.set_result(None)
