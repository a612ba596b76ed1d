"""Reads the named queries of sql/*.sql: SQL stands in files of its own, under names that the code uses."""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

__all__ = ["SECTIONS", "load_queries", "load_schema"]

SECTIONS = ("accepting", "jobs", "spooling", "reading")

_NAME = re.compile(r"^-- name: (\w+)$", re.MULTILINE)
_REMARK = re.compile(r"^--.*\n?", re.MULTILINE)


@cache
def load_schema() -> str:
    """The script that makes an empty store."""
    return _text("schema")


@cache
def load_queries() -> Mapping[str, str]:
    """Every named query of every section; a name that stands twice is our own mistake."""
    queries: dict[str, str] = {}
    for section in SECTIONS:
        _, *parts = _NAME.split(_text(section))
        for name, body in zip(parts[::2], parts[1::2], strict=True):
            assert name not in queries, f"two queries are called {name}"
            queries[name] = _REMARK.sub("", body).strip().removesuffix(";")
    return queries


def _text(section: str) -> str:
    return (files("pipeline.store") / "sql" / f"{section}.sql").read_text()
