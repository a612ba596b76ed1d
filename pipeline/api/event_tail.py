"""Waits for changes of state: one look at the store serves all who wait in this process."""

import asyncio

from pipeline.api.service import PortalStore

__all__ = ["EventTail"]


class EventTail:
    """poll: seconds between two looks. Nobody looks while nobody waits."""

    def __init__(self, *, store: PortalStore, poll: float) -> None:
        self._store = store
        self._poll = poll
        self._newest = 0
        self._look: asyncio.Future[None] | None = None

    async def newest(self) -> int:
        """The number of the newest event."""
        self._newest = max(self._newest, await self._store.notices.newest_event())
        return self._newest

    async def wait_behind(self, number: int, seconds: float) -> bool:
        """Until there is an event with a higher number (True), or for so many seconds. Raises `StoreError`."""
        loop = asyncio.get_running_loop()
        ends = loop.time() + seconds
        while self._newest <= number:
            left = ends - loop.time()
            if left <= 0:
                return False
            await self._next_look(left)
        return True

    async def _next_look(self, seconds: float) -> None:
        if self._look is not None:
            await asyncio.wait([self._look], timeout=seconds)
            return
        self._look = asyncio.get_running_loop().create_future()
        try:
            await asyncio.sleep(min(self._poll, seconds))
            await self.newest()
        finally:  # whoever else waits takes the next look
            self._look.set_result(None)
            self._look = None
