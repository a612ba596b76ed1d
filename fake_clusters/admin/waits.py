"""Requests that wait for something: they end with the API, instead of holding up its end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fake_clusters.admin.problems import AdminProblem

__all__ = ["Waits"]


class Waits:
    """All waits under way."""

    def __init__(self) -> None:
        self._scopes: set[asyncio.Timeout] = set()
        self._over = False

    @asynccontextmanager
    async def until_the_end(self) -> AsyncIterator[None]:
        """Around one wait. Raises `AdminProblem` when the API ends first."""
        scope = asyncio.timeout(0 if self._over else None)
        self._scopes.add(scope)
        try:
            async with scope:
                yield
        except TimeoutError as error:
            if scope.expired():
                raise AdminProblem(503, "closing", "the server is closing") from error
            raise
        finally:
            self._scopes.discard(scope)

    def end(self) -> None:
        """All waits end now, and none begins any more."""
        self._over = True
        now = asyncio.get_running_loop().time()
        for scope in self._scopes:
            scope.reschedule(now)
