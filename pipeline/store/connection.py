"""Opens the store's file: checks where it lies and what it is, and translates SQLite's errors once, here."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import StoreError, StoreOpenError, StoreUnavailableError
from pipeline.marks import StoreIdentity
from pipeline.store.queries import load_schema, load_upgrade
from pipeline.uuid7 import Entropy

__all__ = [
    "SCHEMA_VERSION",
    "Opener",
    "connect_reader",
    "connect_writer",
    "is_busy",
    "new_identity",
    "open_file",
    "translate",
    "translated",
]

SCHEMA_VERSION = 9
"""Raised by one with every change of schema.sql, which comes with an upgrade_N.sql; an older program refuses a newer
file."""

_IDENTITY_BYTES = 8
"""Enough that no two of the stores that will ever share a cluster have one id."""

_APPLICATION_ID = 0x53505250  # "SPRP": tells our files from other SQLite databases.

# The defaults (2 MB, 4 MB of log) are outgrown by some ten thousand shares: then every insert reads its index from the
# file, and every few hundred accepts one commit waits for a checkpoint.
_CACHE_KIB = 64 * 1024
_CHECKPOINT_PAGES = 8000

# In one statement, so of one instant: another process may be making the store meanwhile, and half of it is no identity.
_IDENTITY = """
SELECT application_id, user_version, (SELECT count(*) FROM sqlite_schema)
FROM pragma_application_id, pragma_user_version
"""

_SCHEMA = "SELECT user_version, (SELECT count(*) FROM sqlite_schema) FROM pragma_user_version"

_OPENING = {
    sqlite3.SQLITE_NOTADB: "is not a store (not an SQLite database)",
    sqlite3.SQLITE_CORRUPT: "is damaged",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened or created",
    sqlite3.SQLITE_READONLY: "is read-only; a store needs a file and a directory that can be written",
    sqlite3.SQLITE_PERM: "may not be opened by this user",
    sqlite3.SQLITE_AUTH: "may not be opened by this user",
}
_PASSING = {
    sqlite3.SQLITE_BUSY: "another process holds it",
    sqlite3.SQLITE_LOCKED: "another process holds it",
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_IOERR: "the disk failed",
    sqlite3.SQLITE_NOMEM: "out of memory",
}
_NO_WRITE = "the disk takes no more: it is full, at a quota or at a limit, or it failed"
"""What SQLite says of every write that fails, but for a disk that calls itself full."""


Opener = Callable[[Path, float], sqlite3.Connection]
"""Opens a connection to the store at a path; SQLite waits so many seconds for a lock."""


def open_file(path: Path, busy: float) -> sqlite3.Connection:
    """A connection to a file, which is made if there is none. Raises `StoreOpenError`."""
    if not os.path.isdir(path.parent):
        raise StoreOpenError(f"{path}: the directory {path.parent} does not exist")
    if os.path.exists(path) and not os.path.isfile(path):  # SQLite would wait for a pipe
        raise StoreOpenError(f"{path}: is not a regular file")
    return sqlite3.connect(path, timeout=busy, isolation_level=None, check_same_thread=False, cached_statements=256)


def new_identity(entropy: Entropy, *, older_rows: int = 0) -> StoreIdentity:
    """Of a store that has none yet."""
    return StoreIdentity(id=entropy(_IDENTITY_BYTES).hex(), older_rows=older_rows)


def connect_writer(
    path: Path, *, busy: float, opener: Opener = open_file, entropy: Entropy = os.urandom
) -> tuple[sqlite3.Connection, StoreIdentity]:
    """The connection that writes, and who the store is. `busy`: seconds that SQLite waits for a lock.

    Raises `StoreOpenError`, or `StoreUnavailableError` while another process holds the file.
    """
    with translated(path):
        db = opener(path, busy)
        try:
            _check_identity(db, path)
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")
            db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
            db.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
            identity = _make_schema(db, entropy)
        except BaseException:
            db.close()
            raise
    return db, identity


def connect_reader(path: Path, *, busy: float, opener: Opener = open_file) -> sqlite3.Connection:
    """A connection to an existing store that cannot write."""
    with translated(path):
        db = opener(path, busy)
        db.execute("PRAGMA query_only = ON")
    return db


def is_busy(error: BaseException | None) -> bool:
    """Whether another process holds the file, so that the same transaction may be tried again."""
    return isinstance(error, sqlite3.OperationalError) and _primary(error) in {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
    }


def translate(path: Path, error: sqlite3.Error) -> StoreError:
    """The error of ours that says what one of SQLite's means."""
    if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_IOERR_WRITE:
        return StoreUnavailableError(f"{path}: {_NO_WRITE}")
    code = _primary(error)
    if (why := _OPENING.get(code)) is not None:
        return StoreOpenError(f"{path}: {why}")
    if (why := _PASSING.get(code)) is not None:
        return StoreUnavailableError(f"{path}: {why}")
    return StoreError(f"{path}: {error}")


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turns SQLite's errors into ours."""
    try:
        yield
    except sqlite3.Error as error:
        raise translate(path, error) from error


def _primary(error: sqlite3.Error) -> int:
    """The primary result code; the extended ones only say where in SQLite it happened."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF


def _check_identity(db: sqlite3.Connection, path: Path) -> None:
    """Refuse a database that is not ours before anything is written to it."""
    application, version, objects = db.execute(_IDENTITY).fetchone()
    if application != _APPLICATION_ID and (application, version, objects) != (0, 0, 0):
        raise StoreOpenError(f"{path}: is an SQLite database, but not a store")
    if version > SCHEMA_VERSION:
        raise StoreOpenError(
            f"{path}: was made by a newer version (schema {version}); this version reads schema {SCHEMA_VERSION}"
        )


def _make_schema(db: sqlite3.Connection, entropy: Entropy) -> StoreIdentity:
    """Make the tables of an empty file, and bring those of an older version up to this one.

    Two processes may try at once, and one of them finds it done.
    """
    db.execute("BEGIN IMMEDIATE")
    try:
        version, objects = db.execute(_SCHEMA).fetchone()
        if objects == 0:
            _run_script(db, load_schema())
            db.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
        else:
            for older in range(version, SCHEMA_VERSION):
                _run_script(db, load_upgrade(older))
        identity = _identity_of(db) or _identify(db, entropy)
        db.execute(
            f"PRAGMA user_version = {SCHEMA_VERSION}"
        )  # each time: a file that is read-only shows only by a write
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    return identity


def _run_script(db: sqlite3.Connection, script: str) -> None:
    for statement in script.split(";\n"):
        db.execute(statement)


def _identity_of(db: sqlite3.Connection) -> StoreIdentity | None:
    row = db.execute("SELECT id, older_rows FROM identity").fetchone()
    return None if row is None else StoreIdentity(id=row[0], older_rows=row[1])


def _identify(db: sqlite3.Connection, entropy: Entropy) -> StoreIdentity:
    """Once in the life of a store. What an older one holds keeps the marks that it has."""
    (older_rows,) = db.execute("SELECT coalesce(max(row), 0) FROM shares").fetchone()
    identity = new_identity(entropy, older_rows=older_rows)
    db.execute("INSERT INTO identity (id, older_rows) VALUES (?, ?)", (identity.id, identity.older_rows))
    return identity
