"""Notices that the file of an open store was removed or replaced: SQLite would go on in a file that has no name."""

import os
from pathlib import Path

from pipeline.errors import StoreUnavailableError

__all__ = ["StoreFiles"]

_Identity = tuple[int, int]


class StoreFiles:
    """The store's file and its write-ahead log, as they are when the store is opened; none for one in memory."""

    def __init__(self, path: Path) -> None:
        names = (str(path), f"{path}-wal")
        self._path = path
        self._opened = {name: found for name in names if (found := _identity(name)) is not None}

    def check(self) -> None:
        """Raise `StoreUnavailableError` unless they are still the same."""
        for name, opened in self._opened.items():
            if (found := _identity(name)) != opened:
                what = "was removed" if found is None else "was replaced"
                raise StoreUnavailableError(
                    f"{self._path}: {name} {what} while the store was open; nothing is read or written any more: "
                    "stop every part of the pipeline, put the store back and start again"
                )


def _identity(name: str) -> _Identity | None:
    try:
        found = os.stat(name)
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino
