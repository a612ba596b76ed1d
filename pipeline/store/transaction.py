"""What a transaction's code is given: a connection, one instant, and the queries by name."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from connector.values import fast_frozen
from pipeline.store.queries import Query

__all__ = ["Row", "Together", "Transaction", "Work"]

Row = tuple[Any, ...]
"""A row as SQLite gives it; rows.py alone looks into it."""


@fast_frozen
@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """An open transaction. now: Unix seconds by the store's clock, the same for all that is written together."""

    db: sqlite3.Connection
    now: float
    queries: Mapping[str, Query]

    def one(self, query: str, **values: object) -> Row | None:
        """The only row of a named query, or None. The statement runs to its end."""
        rows = self._execute(query, values).fetchall()
        return rows[0] if rows else None

    def only(self, query: str, **values: object) -> Row:
        """The row of a named query that always has one."""
        row = self.one(query, **values)
        assert row is not None, query
        return row

    def insert(self, query: str, **values: object) -> tuple[int, int]:
        """How many rows a named query inserted, and the number of the last."""
        cursor = self._execute(query, values)
        return cursor.rowcount, cursor.lastrowid or 0

    def all(self, query: str, **values: object) -> list[Row]:
        """All rows of a named query."""
        return self._execute(query, values).fetchall()

    def run(self, query: str, **values: object) -> int:
        """How many rows a named query changed."""
        return self._execute(query, values).rowcount

    def _execute(self, query: str, values: Mapping[str, object]) -> sqlite3.Cursor:
        found = self.queries[query]
        return self.db.execute(found.text, found.values(values))


T = TypeVar("T")

Work = Callable[[Transaction], T]
"""The code of one transaction. It may run again from the start, so it changes nothing but the database."""

A = TypeVar("A")

Together = Callable[[Transaction, Sequence[A]], Sequence[T]]
"""The same work for many callers at once, who asked for it with an item each; answers in the order of the items."""
