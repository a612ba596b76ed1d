"""Shipped dialects are read once in a process: a thousand clusters speak the same few."""

from functools import cache

from connector.dialects import DIALECTS, FileDialect, load_dialect

__all__ = ["dialect_named"]


def dialect_named(name: str) -> FileDialect:
    """A shipped dialect, the one that others have too; or one from a file, read anew. Raises `DialectError`."""
    return _shipped(name) if name in DIALECTS else load_dialect(name)


@cache
def _shipped(name: str) -> FileDialect:
    return load_dialect(name)
