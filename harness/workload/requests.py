"""The HTTP request that spells each kind of op, as the reference API reads it."""

import json
from typing import Any
from urllib.parse import quote, urlencode

from harness.http_client import HttpRequest
from reports.history import Op, OpKind

__all__ = ["request_of"]

_JSON = ("content-type", "application/json")


def request_of(op: Op) -> HttpRequest:
    """The request for one try of `op`; every try of an op is the same request."""
    match op.kind:
        case OpKind.CREATE:
            return _telling("POST", "/v1/shares", op, {"location": op.location, "name": op.name, "size": op.size})
        case OpKind.GET:
            return HttpRequest(method="GET", target=_path(op))
        case OpKind.LIST:
            return HttpRequest(method="GET", target="/v1/shares?" + urlencode({"location": op.location}))
        case OpKind.RESIZE:
            return _telling("PATCH", _path(op), op, {"size": op.size})
        case OpKind.DELETE:
            return HttpRequest(method="DELETE", target=_path(op), headers=_keyed(op))


def _telling(method: str, target: str, op: Op, body: dict[str, Any]) -> HttpRequest:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return HttpRequest(method=method, target=target, headers=(_JSON, *_keyed(op)), body=text.encode())


def _keyed(op: Op) -> tuple[tuple[str, str], ...]:
    return () if op.key is None else (("idempotency-key", op.key),)


def _path(op: Op) -> str:
    return f"/v1/shares/{quote(op.location, safe='')}/{quote(op.name, safe='')}"
