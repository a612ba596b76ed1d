"""Python adapters: what no sheet can say. Found by entry point `spoolproof.services`, or as `module:attribute`."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import Protocol, TypeVar, cast

import httpx

from harness.errors import NoSheet, WorldError
from harness.http_client import HttpClient
from harness.service.answer import Answer
from harness.service.service import Allowing, ChangesAccess, CountsInUnits
from reports.allowances import STRICT, Allowances
from reports.history import Op, OpKind, SeenShare

__all__ = ["GROUP", "Adapter", "ListingApi", "adapter_names", "find_adapter"]

Kind = TypeVar("Kind")

GROUP = "spoolproof.services"
"""The group of entry points. Each is a callable without arguments that makes a `ListingApi`."""


class ListingApi(Protocol):
    """A `ServiceApi` that can also list all shares, for final reads."""

    async def ask(self, op: Op, http: HttpClient) -> Answer:
        """See `ServiceApi.ask`."""
        ...

    async def read_shares(self, http: HttpClient, locations: Iterable[str]) -> tuple[SeenShare, ...]:
        """All shares. Raises `WorldError` where they cannot be read, `httpx.RequestError` where no answer comes."""
        ...


def adapter_names() -> list[str]:
    """The names of installed adapters."""
    return sorted(entry_points(group=GROUP).names)


def find_adapter(name: str, *, beside: Path) -> "Adapter":
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
    return Adapter(name, cast("ListingApi", made))


class Adapter:
    """Somebody else's `ListingApi`, whose mistakes are named as such."""

    def __init__(self, name: str, api: ListingApi) -> None:
        self._name = name
        self._api = api

    @property
    def allowances(self) -> Allowances:
        """What the adapter says, or nothing."""
        return self._api.allowances if isinstance(self._api, Allowing) else STRICT

    @property
    def size_unit(self) -> int:
        """See `CountsInUnits`; bytes where the adapter says nothing."""
        return self._api.size_unit if isinstance(self._api, CountsInUnits) else 1

    @property
    def access_changes(self) -> frozenset[OpKind]:
        """See `ChangesAccess`; none where the adapter says nothing."""
        return frozenset(self._api.access_changes) if isinstance(self._api, ChangesAccess) else frozenset()

    async def ask(self, op: Op, http: HttpClient) -> Answer:
        """See `ServiceApi.ask`. Raises `WorldError` for a mistake of the adapter."""
        with self._named("ask"):
            return _of(Answer, await self._api.ask(op, http))

    async def read_shares(self, http: HttpClient, locations: Iterable[str]) -> tuple[SeenShare, ...]:
        """See `ListingApi.read_shares`. Raises `WorldError` for a mistake of the adapter, too."""
        with self._named("read_shares"):
            return tuple(_of(SeenShare, share) for share in await self._api.read_shares(http, locations))

    @contextmanager
    def _named(self, method: str) -> Iterator[None]:
        try:
            yield
        except (WorldError, httpx.RequestError):
            raise
        except Exception as error:  # whatever somebody else's code raises
            raise WorldError(f"{self._name}: {method} raised {type(error).__name__}: {error}") from error


def _of(kind: type[Kind], value: object) -> Kind:
    if not isinstance(value, kind):
        raise TypeError(f"{type(value).__name__} where {kind.__name__} was expected")
    return value


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
