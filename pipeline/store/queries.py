"""Reads the named queries of sql/*.sql: SQL stands in files of its own, under names that the code uses."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from operator import itemgetter
from typing import Any

__all__ = ["SECTIONS", "Query", "load_queries", "load_schema", "load_upgrade"]

SECTIONS = ("accepting", "jobs", "spooling", "reading", "findings")

_NAME = re.compile(r"^-- name: (\w+)$", re.MULTILINE)
_REMARK = re.compile(r"^--.*\n?", re.MULTILINE)
_PLACE = re.compile(r":(\w+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """text: SQL with a `?` for each value. values: picks them, in that order, from those that are given by name.

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
        _, *parts = _NAME.split(_text(section))
        for name, body in zip(parts[::2], parts[1::2], strict=True):
            assert name not in queries, f"two queries are called {name}"
            queries[name] = _query(_REMARK.sub("", body).strip().removesuffix(";"))
    return queries


def _query(text: str) -> Query:
    return Query(text=_PLACE.sub("?", text), values=_picker(_PLACE.findall(text)))


def _picker(names: list[str]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    """`itemgetter`, except that of one name it gives no tuple, and of none it does not exist."""
    match names:
        case []:
            return lambda _: ()
        case [name]:
            return lambda values: (values[name],)
        case _:
            return itemgetter(*names)


def _text(section: str) -> str:
    return (files("pipeline.store") / "sql" / f"{section}.sql").read_text()
