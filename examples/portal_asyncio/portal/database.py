"""The portal's database: shares, the jobs queued for them, and the answers given to idempotency keys.

SQLite is called right here, in the loop's own thread: a transaction takes less than a millisecond, and never awaits
anything in its midst. `aiosqlite` would give each connection a thread, which a virtual clock cannot carry.
"""

import json
import os
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

LEASE = 5.0
"""Seconds after which a job that a worker has taken, and not finished, goes to another."""

SCHEMA = Path(__file__).with_name("schema.sql").read_text(encoding="utf-8")

Row = sqlite3.Row | dict[str, Any]


@asynccontextmanager
async def transaction() -> AsyncIterator[sqlite3.Connection]:
    """One transaction, committed unless something is raised in it. Nothing is awaited while it is open."""
    db = connection()
    with db:
        db.execute("BEGIN IMMEDIATE")
        yield db


@cache
def connection() -> sqlite3.Connection:
    """The one connection of this process. It makes the tables that are missing."""
    db = sqlite3.connect(os.environ["PORTAL_DB"], timeout=10, isolation_level=None)
    db.row_factory = sqlite3.Row
    db.create_function("unix_now", 0, time.time)
    db.execute("PRAGMA journal_mode = WAL")
    db.executescript(SCHEMA)
    return db


def find(db: sqlite3.Connection, location: str, name: str) -> sqlite3.Row | None:
    found: sqlite3.Row | None = db.execute(
        "SELECT * FROM shares WHERE location = ? AND name = ?", (location, name)
    ).fetchone()
    return found


def answered(db: sqlite3.Connection, key: str) -> tuple[str, int, Any] | None:
    """The request that came with this key, and the status and body of its answer."""
    row = db.execute("SELECT request, status, body FROM answers WHERE key = ?", (key,)).fetchone()
    return None if row is None else (row["request"], row["status"], json.loads(row["body"]))


def keep_answer(db: sqlite3.Connection, key: str, request: str, status: int, body: Any) -> None:
    db.execute("INSERT INTO answers VALUES (?, ?, ?, ?)", (key, request, status, json.dumps(body)))


def queue(db: sqlite3.Connection, share: Row, verb: str, size: int | None = None) -> None:
    """Put a job on the queue."""
    db.execute(
        "INSERT INTO jobs (share, location, name, verb, size) VALUES (?, ?, ?, ?, ?)",
        (share["id"], share["location"], share["name"], verb, size),
    )


async def take() -> sqlite3.Row | None:
    """The next job; it is this worker's while the lease lasts. Its sequence number is higher than any before."""
    now = time.time()
    async with transaction() as db:
        newest = db.execute("INSERT INTO sequences DEFAULT VALUES").lastrowid
        db.execute("DELETE FROM sequences WHERE id < ?", (newest,))
        job: sqlite3.Row | None = db.execute(
            "UPDATE jobs SET leased_until = ?, attempts = attempts + 1, sequence = ? WHERE id ="
            " (SELECT id FROM jobs WHERE due <= ? AND leased_until <= ? ORDER BY due, id LIMIT 1) RETURNING *",
            (now + LEASE, newest, now, now),
        ).fetchone()
        return job


class LeaseLost(Exception):
    """Another worker has the job by now."""


async def again(job: sqlite3.Row, after: float) -> None:
    """Put a job back on the queue; it is due after so many seconds."""
    async with transaction() as db:
        db.execute(
            "UPDATE jobs SET leased_until = 0, due = ? WHERE id = ? AND leased_until = ?",
            (time.time() + after, job["id"], job["leased_until"]),
        )


async def turn_back(job: sqlite3.Row, verb: str, change: str) -> None:
    """Give up what a job asked for: from now on it undoes what may have been done, until that is certain."""
    async with transaction() as db:
        mine = db.execute(
            "UPDATE jobs SET verb = ?, size = (SELECT size FROM shares WHERE id = share), attempts = 0,"
            " leased_until = 0 WHERE id = ? AND leased_until = ?",
            (verb, job["id"], job["leased_until"]),
        )
        if mine.rowcount == 0:
            raise LeaseLost(job["id"])
        db.execute(f"{change} WHERE id = ?", (job["share"],))


async def finish(job: sqlite3.Row, change: str, *values: object) -> None:
    """Carry out a change of the job's share, and take the job off the queue.

    Raises `LeaseLost`, and changes nothing, where the job is another worker's by now.
    """
    async with transaction() as db:
        mine = db.execute("DELETE FROM jobs WHERE id = ? AND leased_until = ?", (job["id"], job["leased_until"]))
        if mine.rowcount == 0:
            raise LeaseLost(job["id"])
        db.execute(f"{change} WHERE id = ?", (*values, job["share"]))
