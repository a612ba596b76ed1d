"""The fields of what a client sends: names and sizes."""

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from pipeline.record import LARGEST_SIZE, LONGEST_NAME

__all__ = ["NAME_SCHEMA", "Body", "Client", "Name", "Size", "is_client", "is_name", "whole_number"]

# No control characters, no half of a surrogate pair (it is not text), and no end of a path segment.
_NAME = re.compile(r"[^/\x00-\x1f\x7f-\x9f\ud800-\udfff]+")


def is_name(name: str) -> bool:
    """Whether a name can stand in a path as one segment: '.' and '..' are resolved away by HTTP clients."""
    return _NAME.fullmatch(name) is not None and name not in {".", ".."} and len(name.encode()) <= LONGEST_NAME


def _check_name(name: str) -> str:
    if not is_name(name):
        raise ValueError("1 to 255 bytes in UTF-8, without control characters and '/', and neither '.' nor '..'")
    return name


def whole_number(value: object) -> object:
    """JSON Schema calls 851.0 an integer, and some clients write one so."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


NAME_SCHEMA: Mapping[str, object] = {
    "type": "string",
    "minLength": 1,
    "maxLength": LONGEST_NAME,
    "pattern": r"^(?!\.{1,2}$)[^/\x00-\x1f\x7f-\x9f]+$",
    "description": f"at most {LONGEST_NAME} bytes in UTF-8",
}
Name = Annotated[str, AfterValidator(_check_name), WithJsonSchema(dict(NAME_SCHEMA))]
Size = Annotated[int, Field(gt=0, le=LARGEST_SIZE), BeforeValidator(whole_number)]
"""Bytes."""


_CLIENT = re.compile(r"[A-Za-z0-9.:*@_-]+(/[0-9.]+)?")
_CLIENT_SCHEMA = {"type": "string", "maxLength": LONGEST_NAME, "pattern": f"^{_CLIENT.pattern}$"}


def is_client(client: str) -> bool:
    """Whether it can be a host name, an address or a network."""
    return _CLIENT.fullmatch(client) is not None and len(client) <= LONGEST_NAME


def _check_client(client: str) -> str:
    if not is_client(client):
        raise ValueError("a host name, an address or a network, as 10.0.0.0/8; at most 255 characters")
    return client


Client = Annotated[str, AfterValidator(_check_client), WithJsonSchema(dict(_CLIENT_SCHEMA))]


class Body(BaseModel):
    """A JSON object whose members are all known."""

    model_config = ConfigDict(extra="forbid", strict=True)
