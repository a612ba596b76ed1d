"""Connections that come back after the database was away, and its errors as the pipeline's."""

import asyncio
import re
from typing import TypeAlias

import asyncpg

from connector.clock import Clock
from pipeline.errors import StoreError, StoreOpenError, StoreUnavailableError

__all__ = ["FAILURES", "Connection", "DatabaseLink", "is_lost", "translate", "without_password"]

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

_AGAIN_AFTER = 0.1
_CONNECT = 5.0
"""Seconds for one attempt to connect, at most."""
_LEAST = 0.1
"""Seconds for it where patience has ended meanwhile: what is told then is why."""
_PREPARED_STATEMENTS = 256

_REFUSED = (
    asyncpg.InvalidPasswordError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
)
"""What trying again does not mend."""

_LOST = (
    OSError,  # and `TimeoutError`, which is one
    asyncpg.ConnectionDoesNotExistError,
    asyncpg.ConnectionFailureError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,  # shut down by an administrator, or after a crash of another session
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
)


FAILURES = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)
"""All that a call on a connection raises."""


def without_password(url: str) -> str:
    """For messages."""
    return re.sub(r"(?<=//)([^:/@]*):[^@]*@", r"\1@", url)


def is_lost(error: BaseException) -> bool:
    """Whether the connection is gone, so that nothing on it can be finished."""
    if _is_of_a_pooler(error):
        return False
    if isinstance(error, asyncpg.InterfaceError):  # asyncpg's own word for a connection that was closed under it
        return "closed" in str(error) or "connection" in str(error)
    return isinstance(error, _LOST)


def _is_of_a_pooler(error: BaseException) -> bool:
    """Whether PgBouncer refuses what only a connection of one's own can have."""
    return isinstance(error, asyncpg.ProtocolViolationError) and "unsupported startup parameter" in str(error)


def translate(place: str, error: BaseException) -> StoreError:
    """The error of ours that says what one of the database's means."""
    if isinstance(error, _REFUSED):
        return StoreOpenError(f"{place}: {error}")
    if _is_of_a_pooler(error):
        return StoreOpenError(f"{place}: {error}: a URL that leads through PgBouncer ends in ?pooled=true")
    if isinstance(error, asyncpg.InsufficientPrivilegeError | asyncpg.UndefinedTableError):
        return StoreOpenError(f"{place}: {error}")
    if isinstance(error, asyncpg.InsufficientResourcesError):
        return StoreUnavailableError(f"{place}: the database lacks room: {error}")
    if isinstance(error, asyncpg.ReadOnlySQLTransactionError):
        return StoreUnavailableError(f"{place}: the database is read-only")
    if is_lost(error):
        return StoreUnavailableError(f"{place}: the database cannot be reached: {str(error) or type(error).__name__}")
    return StoreError(f"{place}: {error}")


class DatabaseLink:
    """A connection that is made when it is needed, and anew when it was lost. One task uses it at a time.

    place: the URL without its password, for messages. pooled: through a pooler that gives each transaction another
    connection, so that nothing is prepared. hasty: commits do not wait for the disk: the newest may be lost with the
    database, and none is ever half there.
    """

    def __init__(
        self, url: str, place: str, *, patience: float, pooled: bool, clock: Clock, hasty: bool = False
    ) -> None:
        self.place = place
        self._url = url
        self._patience = patience
        self._pooled = pooled
        self._clock = clock
        self._server_settings = {"synchronous_commit": "off"} if hasty else {}
        self._connection: Connection | None = None

    async def get(self, within: float | None = None) -> Connection:
        """The connection. within: seconds of patience (None: the link's own). Raises `StoreOpenError` where it is
        refused, `StoreUnavailableError` when patience ends."""
        if self._connection is not None and not self._connection.is_closed():
            return self._connection
        ends = self._clock() + (self._patience if within is None else within)
        while True:
            try:
                self._connection = await self._connect(min(max(ends - self._clock(), _LEAST), _CONNECT))
                return self._connection
            except FAILURES as error:
                if not is_lost(error) or self._clock() >= ends:
                    raise translate(self.place, error) from error
            await asyncio.sleep(_AGAIN_AFTER)

    async def close(self) -> None:
        """Close the connection, at once where the database does not answer."""
        connection, self._connection = self._connection, None
        if connection is not None and not connection.is_closed():
            try:
                await connection.close(timeout=_CONNECT)
            except FAILURES:
                connection.terminate()

    def drop(self) -> None:
        """Give up the connection, whatever is under way on it."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.terminate()

    async def _connect(self, timeout: float) -> Connection:
        return await asyncpg.connect(
            self._url,
            timeout=timeout,
            statement_cache_size=0 if self._pooled else _PREPARED_STATEMENTS,
            server_settings=self._server_settings,
        )
