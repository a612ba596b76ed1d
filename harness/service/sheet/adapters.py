"""Python adapters: what no sheet can say. Found by entry point `spoolproof.services`, or as `module:attribute`."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, cast

from harness.errors import NoSheet

if TYPE_CHECKING:
    from harness.service.sheet.loading import ListingApi

__all__ = ["GROUP", "adapter_names", "find_adapter"]

GROUP = "spoolproof.services"
"""The group of entry points. Each is a callable without arguments that makes a `ListingApi`."""


def adapter_names() -> list[str]:
    """The names of installed adapters."""
    return sorted(entry_points(group=GROUP).names)


def find_adapter(name: str, *, beside: Path) -> "ListingApi":
    """Make an adapter. Raises `NoSheet` where there is none, or it is none."""
    make = _from_module(name, beside) if ":" in name else entry_points(group=GROUP)[name].load()
    if not callable(make):
        raise NoSheet(f"{name}: not callable; accepted: a class or a function without arguments that makes an adapter")
    try:
        made = cast("Callable[[], object]", make)()
    except Exception as error:  # whatever somebody else's code raises
        raise NoSheet(f"{name}: cannot be made: {type(error).__name__}: {error}") from error
    for method in ("ask", "read_shares"):
        if not callable(getattr(made, method, None)):
            raise NoSheet(f"{name}: has no method {method}; an adapter has ask and read_shares")
    return cast("ListingApi", made)


def _from_module(name: str, beside: Path) -> object:
    module, _, attribute = name.partition(":")
    try:
        with _first_on_path(beside):
            found: object = import_module(module)
        for step in attribute.split("."):
            found = getattr(found, step)
    except Exception as error:  # whatever somebody else's module raises
        raise NoSheet(f"{name}: cannot be imported: {type(error).__name__}: {error}") from error
    return found


@contextmanager
def _first_on_path(folder: Path) -> Iterator[None]:
    entry = str(folder.resolve())
    sys.path.insert(0, entry)
    try:
        yield
    finally:
        sys.path.remove(entry)
