"""Holds a cluster up through the service, and sees to it that the hold is over in the end."""

import asyncio

from harness.nemesis.target import NotTaken, Undo
from harness.scenario.nemesis_kinds import HoldAction
from harness.service.service import Holding

__all__ = ["ClusterHold"]

_AGAIN = 0.1
"""Seconds between two tries to lift: the part that does it may be down."""
_MOST_TRIES = 600


class ClusterHold:
    """Of one cluster, which has one hold at most."""

    def __init__(self, service: Holding, location: str) -> None:
        self._service = service
        self._location = location
        self.is_held = False

    async def put(self, action: HoldAction) -> Undo:
        """Have it held. Raises `NotTaken` where the service did not say that it is, and then it is not any more."""
        now = asyncio.get_running_loop().time
        asked_at = now()
        self.is_held = True
        if not await self._service.hold(self._location, action):
            await self._lift()
            raise NotTaken("the service did not take the hold")
        told_at = now()

        async def undo() -> None:
            left = told_at + action.duration - now()
            if action.expires and left <= told_at - asked_at + _AGAIN:
                await asyncio.sleep(max(0.0, left))  # it ends by itself: what is lifted cannot show whether it does
                self.is_held = False
            else:
                await self._lift()

        return undo

    async def _lift(self) -> None:
        for _ in range(_MOST_TRIES):
            if await self._service.lift(self._location):
                break
            await asyncio.sleep(_AGAIN)
        self.is_held = False
