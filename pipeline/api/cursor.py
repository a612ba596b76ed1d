"""Where a page of a list goes on: opaque to clients, and safe to make up. It names a place, and gives no right."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Annotated

from pydantic import AfterValidator, WithJsonSchema

__all__ = ["Cursor", "cursor_behind", "row_behind"]

_VERSION = b"\x01"
_CURSOR = re.compile(r"A[Q-X][A-Za-z0-9_-]{10}")
"""Nine bytes in base64: the version, and a row below 2**63."""


def cursor_behind(row: int) -> str:
    """The cursor of the page behind this row."""
    return urlsafe_b64encode(_VERSION + row.to_bytes(8)).decode()


def row_behind(cursor: str) -> int:
    """The row that a cursor names; every text that `Cursor` lets through has one."""
    return int.from_bytes(urlsafe_b64decode(cursor)[len(_VERSION) :])


def _check(cursor: str) -> str:
    if _CURSOR.fullmatch(cursor) is None:
        raise ValueError("must be the `next` of a page before")
    return cursor


Cursor = Annotated[
    str,
    AfterValidator(_check),
    WithJsonSchema({"type": "string", "pattern": f"^{_CURSOR.pattern}$", "description": "`next` of the page before"}),
]
