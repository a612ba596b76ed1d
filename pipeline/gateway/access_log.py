"""Where a gateway writes down the requests that it did not answer at the first try."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["AccessLog", "open_access_log"]

AccessLog = Callable[[str], object]
"""Takes a line."""


@contextmanager
def open_access_log(path: Path) -> Iterator[AccessLog]:
    """A file, to which each line is written at once."""
    with path.open("a", encoding="utf-8", buffering=1) as file:
        yield lambda line: file.write(f"{line}\n")
