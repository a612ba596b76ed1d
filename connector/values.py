"""Makes frozen dataclasses cheap to make: a run makes a hundred for each share.

A frozen dataclass sets its fields through `object.__setattr__`, one call for each. Here an object is filled while it is
of a class of the same layout that is not frozen, and becomes what it is in one step at the end.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields
from typing import TYPE_CHECKING, Any, TypeVar

__all__ = ["altered", "quick"]

T = TypeVar("T")

_INIT = """
def __init__(self, *, {parameters}):
    _become(self, "__class__", _open_kind)
    {filled}
    self.__class__ = _kind
"""
_REPLACE = """
def __replace__(old, /, **changes):
    self = _new(_open_kind)
    {copied}
    for name, value in changes.items():
        setattr(self, name, value)
    self.__class__ = _kind
    return self
"""


def quick(kind: type[T]) -> type[T]:
    """The same frozen dataclass (slots, keywords only), made in less than half the time where it has many fields."""
    rows: tuple[Field[Any], ...] = fields(kind)  # type: ignore[arg-type]  # mypy does not know that it is a dataclass
    assert kind.__bases__ == (object,), "the fields of a base would be frozen"
    assert not hasattr(kind, "__post_init__"), "nothing would call it"
    assert hasattr(kind, "__slots__"), "an object with a dict cannot be of one class, then of the other"
    assert all(row.init and row.kw_only for row in rows), "every field would be a keyword"
    open_kind = type(kind.__name__, (), {"__slots__": [row.name for row in rows]})
    known = {"_kind": kind, "_open_kind": open_kind, "_become": object.__setattr__, "_new": object.__new__}
    known |= {f"_default_{row.name}": row.default for row in rows}
    known |= {f"_factory_{row.name}": row.default_factory for row in rows}
    parameters = ", ".join(map(_parameter, rows))
    filled = "; ".join(f"self.{row.name} = {_value(row)}" for row in rows)
    copied = "; ".join(f"self.{row.name} = old.{row.name}" for row in rows)
    kind.__init__ = _made(_INIT.format(parameters=parameters, filled=filled), known)  # type: ignore[method-assign]  # as `dataclass` does
    kind.__replace__ = _made(_REPLACE.format(copied=copied), known)  # type: ignore[attr-defined]  # Python 3.13 has it everywhere
    return kind


if TYPE_CHECKING:  # it promises the same, and mypy checks the fields that it is given
    from dataclasses import replace as altered
else:

    def altered(value, /, **changes):
        """`dataclasses.replace` for quick ones. Raises `AttributeError` for a field that there is not."""
        return value.__replace__(**changes)


def _parameter(row: Field[Any]) -> str:
    is_needed = row.default is MISSING and row.default_factory is MISSING
    return row.name if is_needed else f"{row.name}=_default_{row.name}"


def _value(row: Field[Any]) -> str:
    """The argument; where a field has a factory its default is `MISSING`, and stands for what the factory makes."""
    name = row.name
    return name if row.default_factory is MISSING else f"_factory_{name}() if {name} is _default_{name} else {name}"


def _made(text: str, known: Mapping[str, Any]) -> Callable[..., Any]:
    """The function that this text defines, which sees what is known; it is named as a method of its class."""
    made: dict[str, Any] = {}
    exec(text, dict(known), made)  # noqa: S102 - the text is ours: names of fields, as `dataclasses` itself does it
    (function,) = made.values()
    function.__qualname__ = f"{known['_kind'].__qualname__}.{function.__name__}"
    found: Callable[..., Any] = function
    return found
