"""Names that people give things, as they stand in reports and on terminals: one line that moves no cursor."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field, WithJsonSchema

__all__ = ["MOVING", "Name"]

MOVING = r"\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069"
"""The inside of a character class: control characters, Unicode's line ends, and what turns the direction of text."""

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
