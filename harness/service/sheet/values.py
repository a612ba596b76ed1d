"""Values of a sheet as pydantic reads them: paths, headers, statuses, conditions."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from harness.service.sheet.places import UNITS
from harness.service.sheet.pointers import Pointer

__all__ = [
    "Condition",
    "FormValue",
    "HeaderName",
    "Headers",
    "MediaType",
    "Method",
    "Path",
    "Pattern",
    "Pointers",
    "Statuses",
    "Text",
    "Unit",
    "Value",
]


def _as_list(value: object) -> object:
    return value if isinstance(value, list) else [value]


def _pattern(text: str) -> str:
    try:
        groups = re.compile(text).groups
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error
    if groups != 1:
        raise ValueError(f"needs one group in parentheses, which is the value (got {text!r})")
    return text


def _path(text: str) -> str:
    if not text.startswith("/") or text.startswith("//"):
        raise ValueError(f'a path below the URL of the service is accepted, such as "/shares/{{name}}" (got {text!r})')
    return text


def _lower(text: str) -> str:
    return text.lower()


Text = Annotated[str, Field(min_length=1)]
Pointers = Annotated[
    list[Pointer], Field(min_length=1), BeforeValidator(_as_list, json_schema_input_type=str | list[str])
]
Pattern = Annotated[str, AfterValidator(_pattern)]
Path = Annotated[str, AfterValidator(_path)]
HeaderName = Annotated[str, Field(pattern=r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")]
Headers = dict[HeaderName, str]
Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
Unit = Literal["bytes", "kB", "MB", "GB", "TB", "PB", "KiB", "MiB", "GiB", "TiB", "PiB"]
Status = Annotated[int, Field(ge=100, le=599)] | Literal["2xx", "3xx", "4xx", "5xx"]
Statuses = Annotated[
    list[Status], Field(min_length=1), BeforeValidator(_as_list, json_schema_input_type=Status | list[Status])
]
Value = str | int | bool
Values = Annotated[
    list[Value], Field(min_length=1), BeforeValidator(_as_list, json_schema_input_type=Value | list[Value])
]
FormValue = Value | list[Value]
Condition = Annotated[dict[Pointer, Values], Field(min_length=1)]
MediaType = Annotated[str, AfterValidator(_lower)]
assert set(UNITS) == set(Unit.__args__)  # type: ignore[attr-defined]  # a literal's values
