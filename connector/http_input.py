"""What a client of an HTTP API sends, read strictly: what two readers could take for two things is refused."""

import json
import re
from collections import Counter
from typing import Annotated, NoReturn, TypeVar
from urllib.parse import parse_qsl, unquote_to_bytes

from pydantic import BeforeValidator

__all__ = ["HttpInputError", "WholeNumber", "decoded", "read_json", "read_pairs"]

Value = TypeVar("Value")

_BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_DIGITS = re.compile(r"[0-9]{1,19}")
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


class HttpInputError(ValueError):
    """Input that is refused. where: the name of a query's parameter or of an object's key, may be empty."""

    def __init__(self, detail: str, where: str = "") -> None:
        super().__init__(f"{where}: {detail}" if where else detail)
        self.where = where
        self.detail = detail


def decoded(part: bytes) -> str:
    """A path or query without its percent-encoding. Raises `HttpInputError` where that is no UTF-8 text, as a lenient
    reader would take different names for the same one."""
    if _BAD_ESCAPE.search(part):
        raise HttpInputError("a '%' is not followed by two hexadecimal digits")
    try:
        return unquote_to_bytes(part).decode("utf-8")
    except UnicodeDecodeError:
        raise HttpInputError("the percent-encoded bytes are not UTF-8") from None


def read_pairs(query: bytes) -> dict[str, str]:
    """A query, each name once. Raises `HttpInputError`."""
    decoded(query)
    pairs = parse_qsl(query.decode("ascii"), keep_blank_values=True, errors="strict")
    return _once(pairs)


def read_json(text: bytes | bytearray) -> object:
    """A JSON document (RFC 8259) in UTF-8, each key of an object once, its numbers finite. Raises `HttpInputError`."""
    try:
        document = _DECODER.decode(text.decode("utf-8"))
        if _SURROGATE.search(text):
            json.dumps(document, ensure_ascii=False).encode("utf-8")
    except UnicodeError:
        raise HttpInputError("not JSON: not UTF-8 text") from None
    except json.JSONDecodeError as error:
        raise HttpInputError(f"not JSON: {error}") from None
    except HttpInputError:
        raise
    except ValueError:  # of `int`, whose reading is bounded
        raise HttpInputError("not JSON that is read here: a number has too many digits") from None
    except RecursionError:
        raise HttpInputError("not JSON that is read here: nested too deeply") from None
    return document


def _once(pairs: list[tuple[str, Value]]) -> dict[str, Value]:
    members = dict(pairs)
    if len(members) < len(pairs):
        name, _ = Counter(name for name, _ in pairs).most_common(1)[0]
        raise HttpInputError("stands more than once", name)
    return members


def _not_json(constant: str) -> NoReturn:
    raise HttpInputError(f"not JSON: {constant} is not a number of JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_not_json)
"""Made once: `json.loads` makes one at each call that asks for more than its defaults."""


def _whole_number(value: object) -> int:
    if not isinstance(value, str) or _DIGITS.fullmatch(value) is None:
        raise ValueError("must be a whole number in decimal digits")
    return int(value)


WholeNumber = Annotated[int, BeforeValidator(_whole_number, json_schema_input_type=str)]
"""A number in a query: digits and nothing else, where Python's own reading takes `1_0`, ` 10` and `+10` too."""
