"""The Idempotency-Key header (draft-ietf-httpapi-idempotency-key-header), and what a request is hashed by."""

from collections.abc import Callable
from hashlib import sha256

from starlette.requests import Request

from pipeline.api.bodies import header, invalid
from pipeline.record import Idempotency

__all__ = ["read_key"]

_LONGEST = 255


def read_key(request: Request, tenant: str, body: Callable[[], str], expires_at: float) -> Idempotency | None:
    """The key of a request, or None. `body`: gives its canonical form, so that spacing does not make another request.

    The draft's form is a quoted string; the bare form, which most clients send, means the same key.
    Raises `ProblemError`.
    """
    given = header(request, "idempotency-key")
    if not given:
        return None
    if len(given) > 1:
        raise invalid("The request", [{"pointer": "Idempotency-Key", "detail": "stands more than once"}])
    target = "\n".join((request.method, request.scope["path"], body()))
    return Idempotency(
        tenant=tenant, key=_unquoted(given[0]), body_hash=sha256(target.encode()).hexdigest(), expires_at=expires_at
    )


def _unquoted(text: str) -> str:
    key = text.strip()
    if len(key) > 1 and key[0] == key[-1] == '"':
        key = key[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    if not 0 < len(key) <= _LONGEST or not (key.isascii() and key.isprintable()):
        detail = f"1 to {_LONGEST} printable ASCII characters, bare or in double quotes"
        raise invalid("The request", [{"pointer": "Idempotency-Key", "detail": detail}])
    return key
