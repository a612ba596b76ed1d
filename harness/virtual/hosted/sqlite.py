"""`sqlite3` for the code of a life, inline: its connections end with it, and SQL has its time and chance.

A lock is never waited for: nothing else could run meanwhile. Whoever holds a transaction open over an `await` makes
others get `database is locked` at once.
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

from harness.virtual.hosted.life import HostedLife
from harness.virtual.hosted.replaced import replace_function

__all__ = ["install"]

_WITH_NOW = {"date": 0, "time": 0, "datetime": 0, "julianday": 0, "unixepoch": 0, "strftime": 1}
"""SQL functions that take the present time where none is given: how many arguments come before it."""
_SIGN = 1 << 63


def install() -> None:
    """Replace `sqlite3.connect` in this process."""
    original = sqlite3.connect

    def connect(life: HostedLife, database: Any, *args: Any, **options: Any) -> sqlite3.Connection:
        if not options.get("uri") and str(database) != ":memory:":
            database = life.work / database
        given = dict(zip(("timeout", "detect_types", "isolation_level", "check_same_thread"), args, strict=False))
        connection: sqlite3.Connection = original(database, **{**given, **options, "timeout": 0.0})
        # What a killed process had written is in the system's memory, so nothing is lost without syncs.
        connection.execute("PRAGMA synchronous = OFF").close()
        _give_time(life, connection, original)
        life.at_end.append(connection.close)
        return connection

    replace_function(sqlite3, "connect", connect)
    replace_function(sqlite3.dbapi2, "connect", connect)


def _give_time(life: HostedLife, connection: sqlite3.Connection, original: Callable[..., sqlite3.Connection]) -> None:
    def now() -> str:
        return datetime.fromtimestamp(life.unix_time(), UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]

    for name, before in _WITH_NOW.items():
        connection.create_function(name, -1, _with_now(original, name, before, now))
    for name, cut in (("current_timestamp", slice(19)), ("current_date", slice(10)), ("current_time", slice(11, 19))):
        connection.create_function(name, 0, lambda cut=cut: now()[cut])
    connection.create_function("random", 0, lambda: int.from_bytes(life.entropy(8)) - _SIGN)
    connection.create_function("randomblob", 1, life.entropy)


def _with_now(
    original: Callable[..., sqlite3.Connection], name: str, before: int, now: Callable[[], str]
) -> Callable[..., Any]:
    """The function as SQLite has it, where `now` is the life's."""

    def called(*args: Any) -> Any:
        given = [*args] if len(args) > before else [*args, "now"]
        values = [now() if isinstance(value, str) and value.lower() == "now" else value for value in given]
        marks = ", ".join("?" * len(values))
        with closing(original(":memory:")) as plain:
            return plain.execute(f"SELECT {name}({marks})", values).fetchone()[0]

    return called
