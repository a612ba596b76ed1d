"""What a transaction's code is given: a connection, one instant, and the queries by name."""

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

__all__ = ["Row", "Transaction", "Work"]

Row = tuple[Any, ...]
"""A row as SQLite gives it; rows.py alone looks into it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """An open transaction. now: Unix seconds by the store's clock, the same for all that is written together."""

    db: sqlite3.Connection
    now: float
    queries: Mapping[str, str]

    def one(self, query: str, **values: object) -> Row | None:
        """The only row of a named query, or None. The statement runs to its end."""
        rows = self.db.execute(self.queries[query], values).fetchall()
        return rows[0] if rows else None

    def insert(self, query: str, **values: object) -> int | None:
        """The number of the row that a named query inserted, or None where it left a conflicting row alone."""
        cursor = self.db.execute(self.queries[query], values)
        return cursor.lastrowid if cursor.rowcount else None

    def all(self, query: str, **values: object) -> list[Row]:
        """All rows of a named query."""
        return self.db.execute(self.queries[query], values).fetchall()

    def run(self, query: str, **values: object) -> int:
        """How many rows a named query changed."""
        return self.db.execute(self.queries[query], values).rowcount


T = TypeVar("T")

Work = Callable[[Transaction], T]
"""The code of one transaction. It may run again from the start, so it changes nothing but the database."""
