"""The keys that a kind of rule takes, read from a dataclass whose fields carry a `doc`."""

from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from typing import Any, get_type_hints

__all__ = ["Key", "keys_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """hint: what pydantic validates it by. default: `MISSING` where it is required. doc: a phrase for the reader.

    check: returns the value, or raises `ValueError` for one that this kind does not take.
    """

    hint: Any
    default: Any
    doc: str
    check: Callable[[Any], Any] | None = None

    @property
    def required(self) -> bool:
        return self.default is MISSING


def keys_of(declared: type[Any]) -> dict[str, Key]:
    """Of each field, in order."""
    hints = get_type_hints(declared, include_extras=True)
    return {
        row.name: Key(hint=hints[row.name], default=row.default, doc=row.metadata["doc"]) for row in fields(declared)
    }
