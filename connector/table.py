"""What a table of a file is read into: no unknown key, and no value that is only nearly of its kind.

Pydantic by itself takes `true` for 1, `"8"` for 8 and 0 for false. Whoever writes that meant something else, and would
never hear of it. Texts such as `"200ms"` are read by the fields that say so, see `units`.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler
from pydantic_core import CoreSchema

__all__ = ["TomlTable"]

_NUMBERS_AND_SWITCHES = frozenset({"int", "float", "bool"})
_VALUES = frozenset({"default", "metadata", "serialization"})
"""Keys of a core schema under which there are no schemas of what is read."""


def _make_strict(part: Any) -> None:
    """In place: the schema may be known by reference only. (Above its class, which is made with it.)"""
    if isinstance(part, dict):
        if part.get("type") in _NUMBERS_AND_SWITCHES:
            part["strict"] = True
        for key, inner in part.items():
            if key not in _VALUES:
                _make_strict(inner)
    elif isinstance(part, list | tuple):
        for inner in part:
            _make_strict(inner)


class TomlTable(BaseModel):
    """A frozen model that refuses unknown keys, and numbers and switches that are none. A whole number is a number.

    It is built when it is first used: a process reads few of the tables that it imports.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema = handler(source)
        _make_strict(handler.resolve_ref_schema(schema))
        return schema
