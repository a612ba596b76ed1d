"""Makes frozen dataclasses cheap to make: a run makes a hundred for each share.

A frozen dataclass sets its fields through `object.__setattr__`, one call for each. Here an object is filled while it is
of a class of the same layout that is not frozen, and becomes what it is in one step at the end.
"""

from collections.abc import Callable
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
    assert kind.__bases__ == (object,), "the fields of a base would be frozen"
    assert not hasattr(kind, "__post_init__"), "nothing would call it"
    names = [field.name for field in fields(kind)]  # type: ignore[arg-type]  # mypy does not know that it is a dataclass
    open_kind = type(kind.__name__, (), {"__slots__": names})
    known = {"_kind": kind, "_open_kind": open_kind, "_become": object.__setattr__, "_new": object.__new__}
    parameters = ", ".join(_parameter(field, known) for field in fields(kind))  # type: ignore[arg-type]  # as above
    filled = "; ".join(f"self.{name} = {_value(name, known)}" for name in names)
    copied = "; ".join(f"self.{name} = old.{name}" for name in names)
    kind.__init__ = _made(_INIT.format(parameters=parameters, filled=filled), "__init__", known)  # type: ignore[method-assign]  # as `dataclass` does
    kind.__replace__ = _made(_REPLACE.format(copied=copied), "__replace__", known)  # type: ignore[attr-defined]  # Python 3.13 has it everywhere
    return kind


if TYPE_CHECKING:  # it promises the same, and mypy checks the fields that it is given
    from dataclasses import replace as altered
else:

    def altered(value, /, **changes):
        """`dataclasses.replace` for quick ones. Raises `AttributeError` for a field that there is not."""
        return value.__replace__(**changes)


def _parameter(field: Field[Any], known: dict[str, Any]) -> str:
    if field.default is not MISSING:
        known[f"_default_{field.name}"] = field.default
    elif field.default_factory is not MISSING:
        known[f"_factory_{field.name}"] = field.default_factory
        known[f"_default_{field.name}"] = MISSING
    else:
        return field.name
    return f"{field.name}=_default_{field.name}"


def _value(name: str, known: dict[str, Any]) -> str:
    if f"_factory_{name}" not in known:
        return name
    return f"_factory_{name}() if {name} is _default_{name} else {name}"


def _made(text: str, name: str, known: dict[str, Any]) -> Callable[..., Any]:
    """The function that this text defines, which sees what is known."""
    made: dict[str, Any] = {}
    exec(text, known, made)  # noqa: S102 - the text is ours: names of fields, as `dataclasses` itself does it
    function: Callable[..., Any] = made[name]
    return function
