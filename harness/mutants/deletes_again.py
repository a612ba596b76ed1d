"""Deletes again by name, to be sure: each delete goes out once more a few seconds later, whoever has the name by then.

It carries neither mark nor sequence, so nothing on the cluster can tell that it was meant for an older share.
"""

import asyncio

from connector.operations import Delete, Request, Stamp
from connector.outcomes import Outcome
from connector.protocol import Connector, Deadlines
from pipeline.overrides import Overrides

__all__ = ["OVERRIDES", "ThoroughConnector"]

_LATER = 2.5
"""Seconds: long after the record has gone, and its name with it."""


class ThoroughConnector:
    """Works off what it wants to be sure of behind the commands that come anyway."""

    def __init__(self, connector: Connector) -> None:
        self._connector = connector
        self._again: list[tuple[float, Delete]] = []

    async def perform(self, request: Request, deadlines: Deadlines) -> Outcome:
        now = asyncio.get_running_loop().time
        outcome = await self._connector.perform(request, deadlines)
        if isinstance(request, Delete):
            stamp = Stamp(request_id=f"again.{request.stamp.request_id}")
            self._again.append((now() + _LATER, Delete(name=request.name, stamp=stamp)))
        while self._again and self._again[0][0] <= now():
            _, delete = self._again.pop(0)
            await self._connector.perform(delete, deadlines)
        return outcome


OVERRIDES = Overrides(connector=ThoroughConnector)
