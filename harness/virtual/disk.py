"""A disk that is only memory: a store on it outlives the processes that use it, as last committed.

Nothing is lost by leaving out the syncs: what a killed process had committed is in memory that it does not own.
"""

import sqlite3
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from harness.virtual.hosts import Host, current_host

__all__ = ["MemoryDisk"]

_PAGE = 1024
"""Bytes. A commit copies the pages that it touched, and every other connection then reads them anew: small ones cost
less, where no disk asks for large ones."""


class MemoryDisk:
    """Opens connections for `pipeline.store`. A database lives as long as the disk is open."""

    def __init__(self) -> None:
        self._anchors: dict[Path, sqlite3.Connection] = {}
        self._open: list[tuple[Host, sqlite3.Connection]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for _, db in self._open:
            db.close()
        for db in self._anchors.values():
            db.close()

    def open(self, path: Path, busy: float) -> sqlite3.Connection:
        """A connection of the current host to the database at `path`."""
        if path not in self._anchors:
            self._anchors[path] = self._connect(path, busy)
            self._anchors[path].execute(f"PRAGMA page_size = {_PAGE}")
            self._anchors[path].execute("VACUUM")  # which is when a new database takes the size
        db = self._connect(path, busy)
        self._open.append((current_host(), db))
        return db

    def host_died(self, host: Host) -> None:
        """A killed process's connections close; what it had not committed is rolled back."""
        for owner, db in self._open:
            if owner is host:
                db.close()
        self._open = [row for row in self._open if row[0] is not host]

    def _connect(self, path: Path, busy: float) -> sqlite3.Connection:
        # Named after this object: two disks of one process share nothing.
        uri = f"file:/{id(self):x}/{quote(str(path), safe='')}?vfs=memdb"
        return sqlite3.connect(
            uri, uri=True, timeout=busy, isolation_level=None, check_same_thread=False, cached_statements=256
        )
