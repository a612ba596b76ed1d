"""What an operator does to the pipeline's database."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from connector.clock import steady_clock
from harness.errors import ServiceUnavailable
from pipeline.errors import SettingsError, StoreUnavailableError

if TYPE_CHECKING:
    from pipeline.store.postgres.connecting import Connection

__all__ = ["Migrated", "grant_rights", "migrate_database", "rights_statements"]

_PATIENCE = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Migrated:
    """applied: the steps that were missing. renewed: roles that had rights have those of this version."""

    applied: Sequence[str]
    renewed: bool


async def migrate_database(url: str) -> Migrated:
    """Bring the tables up to date, and the rights of the roles that have some.

    Raises `SettingsError`, `StoreError` and `ServiceUnavailable`.
    """
    async with _connected(url) as (connection, place):
        from pipeline.store.postgres.migrating import migrate
        from pipeline.store.postgres.rights import renew

        applied = [f"{step.number:04} {step.name}" for step in await migrate(connection, place)]
        return Migrated(applied=applied, renewed=await renew(connection))


async def grant_rights(url: str) -> None:
    """Make the roles, with their rights. Raises `SettingsError`, `StoreError`, `ServiceUnavailable`."""
    async with _connected(url) as (connection, _):
        from pipeline.store.postgres.rights import grant

        await grant(connection)


def rights_statements() -> Sequence[str]:
    """The SQL of `grant_rights`. Raises `SettingsError`."""
    _check_installed()
    from pipeline.store.postgres.rights import statements

    return list(statements())


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[tuple["Connection", str]]:
    _check_installed()
    from pipeline.store.postgres.connecting import FAILURES, DatabaseLink, translate, without_password

    place = without_password(url)
    clock = steady_clock(asyncio.get_running_loop())
    link = DatabaseLink(url, place, patience=_PATIENCE, pooled=False, clock=clock)
    try:
        yield await link.get(), place
    except StoreUnavailableError as error:
        raise ServiceUnavailable(str(error)) from error
    except FAILURES as error:
        raise translate(place, error) from error
    finally:
        await link.close()


def _check_installed() -> None:
    try:
        import asyncpg  # noqa: F401 - the rest of this file needs it
    except ImportError as error:
        raise SettingsError("a PostgreSQL database needs asyncpg: pip install 'spoolproof[postgres]'") from error
