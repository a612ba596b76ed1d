"""Reads the named queries of sql/*.sql: SQL stands in files of its own, under names that the code uses."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from operator import itemgetter
from typing import Any

from pipeline.store.rows import SHARE_COLUMNS

__all__ = ["SECTIONS", "Query", "load_postgres_queries", "load_queries", "load_schema", "load_upgrade", "read_queries"]

SECTIONS = ("accepting", "jobs", "spooling", "reading", "dead", "holds", "findings", "notices")

_NAME = re.compile(r"^-- name: (\w+)$", re.MULTILINE)
_REMARK = re.compile(r"^--.*\n?", re.MULTILINE)
_PLACE = re.compile(r":(\w+)")
_SHARE = "{share}"
"""The columns of `shares`, as this version knows them: a statement that PostgreSQL has prepared with `*` fails within a
transaction once a later version has added one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """text: SQL with a place (`?`, or `$1`) for each value. values: picks them, in that order, from those that are
    given by name.

    SQLite's module looks names up one by one at every call, which costs as much as a small statement.
    """

    text: str
    values: Callable[[Mapping[str, object]], tuple[object, ...]]


@cache
def load_schema() -> str:
    """The script that makes an empty store."""
    return _text("schema")


@cache
def load_upgrade(version: int) -> str:
    """The script that makes a store of this version one of the next. New columns come last, as in schema.sql."""
    return _text(f"upgrade_{version}")


@cache
def load_queries() -> Mapping[str, Query]:
    """Every named query of every section; a name that stands twice is our own mistake."""
    queries: dict[str, Query] = {}
    for section in SECTIONS:
        for name, text in _named(_text(section)):
            assert name not in queries, f"two queries are called {name}"
            queries[name] = Query(text=_PLACE.sub("?", text), values=_picker(_PLACE.findall(text)))
    return queries


@cache
def load_postgres_queries() -> Mapping[str, Query]:
    """Every named query of the store in PostgreSQL; those of notices are the same in SQLite."""
    return read_queries(_text("store", folder="pipeline.store.postgres"), _text("notices"))


def read_queries(*scripts: str) -> Mapping[str, Query]:
    """The named queries of scripts for PostgreSQL."""
    return {name: _numbered(text) for script in scripts for name, text in _named(script)}


def _named(text: str) -> Iterator[tuple[str, str]]:
    _, *parts = _NAME.split(text)
    for name, body in zip(parts[::2], parts[1::2], strict=True):
        yield name, _REMARK.sub("", body).strip().removesuffix(";").replace(_SHARE, ", ".join(SHARE_COLUMNS))


def _numbered(text: str) -> Query:
    """A value that stands twice is given once, so that its type is told from both places."""
    names = list(dict.fromkeys(_PLACE.findall(text)))
    return Query(text=_PLACE.sub(lambda found: f"${names.index(found[1]) + 1}", text), values=_picker(names))


def _picker(names: list[str]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    """`itemgetter`, except that of one name it gives no tuple, and of none it does not exist."""
    match names:
        case []:
            return lambda _: ()
        case [name]:
            return lambda values: (values[name],)
        case _:
            return itemgetter(*names)


def _text(section: str, *, folder: str = "pipeline.store") -> str:
    return (files(folder) / "sql" / f"{section}.sql").read_text()
