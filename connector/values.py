"""Makes frozen dataclasses fast to make, and changes frozen values: a run makes a hundred for each share.

A frozen dataclass sets its fields through `object.__setattr__`, one call for each. Here an object is filled while it is
of a class of the same layout that is not frozen, and becomes what it is in one step at the end.
"""

import dataclasses
from collections.abc import Iterable
from dataclasses import MISSING, Field, fields
from typing import TYPE_CHECKING, Any, TypeVar

__all__ = ["fast_frozen", "from_row", "replace"]

T = TypeVar("T")

_METHODS = """
def __init__(self, *, {parameters}):
    _become(self, "__class__", _open_kind)
    {filled}
    self.__class__ = _kind

def _changed(old, changes):
    self = _new(_open_kind)
    {copied}
    for name, value in changes.items():
        setattr(self, name, value)
    self.__class__ = _kind
    return self

def _of_row(values):
    self = _new(_open_kind)
    {taken} = values
    self.__class__ = _kind
    return self
"""


def fast_frozen(kind: type[T]) -> type[T]:
    """The same frozen dataclass (slots, keywords only), made in less than half the time where it has many fields."""
    rows: tuple[Field[Any], ...] = fields(kind)  # type: ignore[arg-type]  # mypy does not know that it is a dataclass
    assert kind.__bases__ == (object,), "the fields of a base would be frozen"
    assert not hasattr(kind, "__post_init__"), "nothing would call it"
    assert hasattr(kind, "__slots__"), "an object with a dict cannot be of one class, then of the other"
    assert all(row.init and row.kw_only for row in rows), "every field would be a keyword"
    open_kind = type(kind.__name__, (), {"__slots__": [row.name for row in rows]})
    known: dict[str, Any] = {
        "_kind": kind,
        "_open_kind": open_kind,
        "_become": object.__setattr__,
        "_new": object.__new__,
    }
    known |= {"_missing": MISSING} | {f"_make_{row.name}": row.default_factory for row in rows}
    text = _METHODS.format(
        parameters=", ".join(row.name for row in rows),
        filled="; ".join(f"self.{row.name} = {_value(row)}" for row in rows),
        copied="; ".join(f"self.{row.name} = old.{row.name}" for row in rows),
        taken="".join(f"self.{row.name}, " for row in rows),
    )
    exec(text, known)  # noqa: S102 - the text is ours: names of fields, as `dataclasses` itself does it
    for name in ("__init__", "_changed"):
        known[name].__qualname__ = f"{kind.__qualname__}.{name}"
        setattr(kind, name, known[name])
    kind._of_row = staticmethod(known["_of_row"])  # type: ignore[attr-defined]  # `from_row` alone asks for it
    optional = [row for row in rows if row.default is not MISSING or row.default_factory is not MISSING]
    known["__init__"].__kwdefaults__ = {row.name: row.default for row in optional}
    return kind


if TYPE_CHECKING:  # it promises the same, and mypy checks the fields that it is given
    from dataclasses import replace  # noqa: TID251 - this is its one place
else:

    def replace(value, /, **changes):
        """The value with other fields: `copy.replace` of Python 3.13, for every frozen dataclass."""
        fast = getattr(value, "_changed", None)  # which takes the fields as they are: to pass them on is a quarter
        return dataclasses.replace(value, **changes) if fast is None else fast(changes)  # noqa: TID251 - as above


def from_row(kind: type[T], values: Iterable[Any]) -> T:
    """Make a `fast_frozen` value of these, in the order of its fields and no fewer: as the columns of a table stand.

    A keyword for each would be sorted into its place, one by one, which costs more than all else about it.
    """
    made: T = kind._of_row(values)  # type: ignore[attr-defined]  # mypy does not know what `fast_frozen` adds
    return made


def _value(row: Field[Any]) -> str:
    """The argument; where a field has a factory its default is `MISSING`, and stands for what the factory makes."""
    name = row.name
    return name if row.default_factory is MISSING else f"_make_{name}() if {name} is _missing else {name}"
