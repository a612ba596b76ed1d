"""Brings the tables up to date, one numbered step at a time, while the pipeline of the step before still runs."""

import asyncio
import hashlib
import os
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import asyncpg

from pipeline.errors import StoreOpenError
from pipeline.marks import StoreIdentity
from pipeline.store.connection import new_identity
from pipeline.store.postgres.connecting import Connection, is_lost
from pipeline.uuid7 import Entropy

__all__ = ["Migration", "load_migrations", "migrate", "read_identity"]

_NAME = re.compile(r"(\d{4})_(\w+)\.sql")
_LOCK = "SELECT pg_advisory_xact_lock(hashtext('spoolproof.migrations'))"
_LOCK_TIMEOUT = "2s"
_TRIES = 10
_PAUSE = 0.5
_STEPS = """
CREATE TABLE IF NOT EXISTS migrations (
    number integer PRIMARY KEY,
    name text NOT NULL,
    digest text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """One step. digest: of its text, so that a step that was changed after it was applied is noticed."""

    number: int
    name: str
    text: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]


@cache
def load_migrations() -> Sequence[Migration]:
    """All steps, in their order."""
    folder = files("pipeline.store.postgres") / "migrations"
    found = [(_NAME.fullmatch(file.name), file) for file in folder.iterdir() if file.name.endswith(".sql")]
    steps = [Migration(number=int(name[1]), name=name[2], text=file.read_text()) for name, file in found if name]
    return sorted(steps, key=lambda step: step.number)


async def migrate(connection: Connection, place: str, *, entropy: Entropy = os.urandom) -> Sequence[Migration]:
    """Apply what is missing, and say what that was. Processes that start at once wait for each other; a step that
    cannot have its locks within two seconds lets the others go on, and tries again.

    Raises `StoreOpenError` where the tables are newer than this version, are not what its steps made, or lack a step
    that this account may not apply.
    """
    missing = await _missing(connection, place)
    if not missing:
        return []
    try:
        async with _alone(connection):
            await connection.execute(_STEPS)
        applied = [step for step in missing if await _apply(connection, place, step)]
        async with _alone(connection):
            if not await connection.fetch("SELECT FROM identity"):
                identity = new_identity(entropy)
                await connection.execute("INSERT INTO identity VALUES ($1, $2)", identity.id, identity.older_rows)
    except asyncpg.InsufficientPrivilegeError as error:
        raise StoreOpenError(
            f"{place}: the tables are not those of this version, and this account may not change them: "
            f"run `spoolproof pg migrate` as their owner ({error})"
        ) from error
    return applied


async def read_identity(connection: Connection) -> StoreIdentity:
    """Who the store is."""
    async with connection.transaction():
        row = await connection.fetchrow("SELECT id, older_rows FROM identity")
    assert row is not None, "made with the tables"
    return StoreIdentity(id=row[0], older_rows=row[1])


@asynccontextmanager
async def _alone(connection: Connection) -> AsyncIterator[None]:
    """A transaction during which nobody else migrates. A lock of the session would, behind a pooler, be another's."""
    async with connection.transaction():
        await connection.execute(_LOCK)
        yield


async def _missing(connection: Connection, place: str) -> Sequence[Migration]:
    """The steps that were not applied yet."""
    applied: dict[int, str] = {}
    async with connection.transaction():
        if await connection.fetchval("SELECT to_regclass('migrations')") is not None:
            applied = dict(map(tuple, await connection.fetch("SELECT number, digest FROM migrations")))
    steps = load_migrations()
    _check(place, applied, steps)
    return [step for step in steps if step.number not in applied]


def _check(place: str, applied: dict[int, str], steps: Sequence[Migration]) -> None:
    newest = max((step.number for step in steps), default=0)
    if (beyond := max(applied, default=0)) > newest:
        raise StoreOpenError(
            f"{place}: was made by a newer version (migration {beyond}); this version knows migrations up to {newest}"
        )
    for step in steps:
        if applied.get(step.number, step.digest) != step.digest:
            raise StoreOpenError(f"{place}: migration {step.number} is not the one that was applied")


async def _apply(connection: Connection, place: str, step: Migration) -> bool:
    """Whether it was applied here; another process may have done it meanwhile."""
    for left in reversed(range(_TRIES)):
        try:
            async with _alone(connection):
                await connection.execute(f"SET LOCAL lock_timeout = '{_LOCK_TIMEOUT}'")
                if await connection.fetch("SELECT FROM migrations WHERE number = $1", step.number):
                    return False
                await connection.execute(step.text)
                await connection.execute(
                    "INSERT INTO migrations (number, name, digest) VALUES ($1, $2, $3)",
                    step.number,
                    step.name,
                    step.digest,
                )
                return True
        except asyncpg.LockNotAvailableError as error:
            if not left:
                raise StoreOpenError(f"{place}: migration {step.number} cannot have its locks") from error
        except asyncpg.InsufficientPrivilegeError:
            raise
        except asyncpg.PostgresError as error:
            if is_lost(error):
                raise
            raise StoreOpenError(f"{place}: migration {step.number} cannot be applied: {error}") from error
        await asyncio.sleep(_PAUSE)
    raise AssertionError("the last try ends it")
