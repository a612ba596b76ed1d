"""The Idempotency-Key header (draft-ietf-httpapi-idempotency-key-header)."""

from collections.abc import Mapping

from starlette.requests import Request

from pipeline.api.bodies import header, invalid

__all__ = ["KEY_SCHEMA", "read_key"]

_LONGEST = 255
KEY_SCHEMA: Mapping[str, object] = {
    "type": "string",
    "minLength": 1,
    "maxLength": _LONGEST,
    "pattern": r"^[!#-~]([ -~]*[!-~])?$",
}
"""Of the bare form."""


def read_key(request: Request) -> str | None:
    """The key of a request, or None. Raises `ProblemError`.

    The draft's form is a quoted string; the bare form, which most clients send, means the same key.
    """
    given = header(request, "idempotency-key")
    if not given:
        return None
    if len(given) > 1:
        raise invalid("The request", [{"pointer": "Idempotency-Key", "detail": "stands more than once"}])
    return _unquoted(given[0])


def _unquoted(text: str) -> str:
    key = text.strip()
    if len(key) > 1 and key[0] == key[-1] == '"':
        key = key[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    if not 0 < len(key) <= _LONGEST or not (key.isascii() and key.isprintable()):
        detail = f"1 to {_LONGEST} printable ASCII characters, bare or in double quotes"
        raise invalid("The request", [{"pointer": "Idempotency-Key", "detail": detail}])
    return key
