"""Names that people give things, as they stand in reports and on terminals: one line that moves no cursor."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field, WithJsonSchema

__all__ = ["MOVING", "ClusterName", "Name"]

MOVING = r"\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069"
"""The inside of a character class: control characters, Unicode's line ends, and what turns the direction of text."""

_LONGEST = 255
"""Bytes of a name that is a segment of a path."""

_PATTERN = rf"^[^{MOVING}]+$"


def _one_line(name: str) -> str:
    """Raises `ValueError` for what would spoil the line in which it stands."""
    if re.fullmatch(_PATTERN, name) is None:
        raise ValueError(f"must be one line of printable characters (got {name!r})")
    return name


Name = Annotated[
    str,
    Field(min_length=1),
    AfterValidator(_one_line),
    WithJsonSchema({"type": "string", "minLength": 1, "pattern": _PATTERN}),
]
"""A pydantic field of a name."""


def _one_segment(name: str) -> str:
    """Raises `ValueError` for what a path would resolve away, or a terminal not show."""
    shown = name.isprintable() and bool(name.strip())
    if not shown or "/" in name or name in {".", ".."} or len(name.encode()) > _LONGEST:
        accepted = f"printable characters without '/', at most {_LONGEST} bytes of them, and not '.' or '..'"
        raise ValueError(f"a cluster's name is one or more {accepted} (got {name[:_LONGEST]!r})")
    return name


ClusterName = Annotated[str, AfterValidator(_one_segment)]
"""A pydantic field of a cluster's name, which is a segment of paths of both APIs as well."""
