"""What a gateway bears: so many requests at once, and what it says where one comes to nothing."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import httpx

from pipeline.gateway.error_mapping import FULL, map_error
from pipeline.gateway.upload import UploadProgress
from pipeline.problems import Problem
from pipeline.settings import GatewaySettings

__all__ = ["GatewayLimits"]

T = TypeVar("T")


class GatewayLimits:
    """Counts the requests of one gateway."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._settings = settings
        self._under_way = 0

    async def within(self, ask: Callable[[], Awaitable[T]], progress: Callable[[], UploadProgress]) -> T | Problem:
        """What came of asking the service, or why nothing did. progress: how far the request has come.

        ask: raises `TimeoutError` when the total time is over. Raises what `ask` raises, but for that and
        `httpx.TransportError`.
        """
        if self._under_way >= self._settings.max_connections:
            return FULL
        self._under_way += 1
        try:
            return await ask()
        except (TimeoutError, httpx.TransportError) as error:
            return map_error(error, progress(), self._settings)
        finally:
            self._under_way -= 1
