"""The portal's database: shares, and the jobs queued for them."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

SCHEMA = Path(__file__).with_name("schema.sql").read_text(encoding="utf-8")


@contextmanager
def transaction() -> Iterator[sqlite3.Connection]:
    """One transaction, committed unless something is raised in it."""
    with closing(sqlite3.connect(os.environ["PORTAL_DB"], timeout=10, isolation_level=None)) as db:
        db.row_factory = sqlite3.Row
        with db:
            db.execute("BEGIN IMMEDIATE")
            yield db


def prepare() -> None:
    """Make the tables that are missing."""
    with closing(sqlite3.connect(os.environ["PORTAL_DB"], timeout=10)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.executescript(SCHEMA)


def find(db: sqlite3.Connection, location: str, name: str) -> sqlite3.Row | None:
    return db.execute("SELECT * FROM shares WHERE location = ? AND name = ?", (location, name)).fetchone()


def queue(db: sqlite3.Connection, share: sqlite3.Row | dict, verb: str, size: int | None = None) -> None:
    """Put a job on the queue."""
    db.execute(
        "INSERT INTO jobs (share, location, name, verb, size) VALUES (?, ?, ?, ?, ?)",
        (share["id"], share["location"], share["name"], verb, size),
    )


def take() -> sqlite3.Row | None:
    """The next job; it is this worker's."""
    with transaction() as db:
        job = db.execute("SELECT * FROM jobs WHERE state = 'queued' ORDER BY id LIMIT 1").fetchone()
        if job is not None:
            db.execute("UPDATE jobs SET state = 'running' WHERE id = ?", (job["id"],))
        return job


def finish(job: sqlite3.Row, change: str, *values: object) -> None:
    """Carry out a change of the job's share, and take the job off the queue."""
    with transaction() as db:
        db.execute(f"{change} WHERE id = ?", (*values, job["share"]))
        db.execute("DELETE FROM jobs WHERE id = ?", (job["id"],))
