"""The HTTP request that spells each kind of op, as the reference API reads it."""

from typing import Any
from urllib.parse import quote

import httpx

from reports.history import Op, OpKind

__all__ = ["build_request"]


def build_request(http: httpx.AsyncClient, op: Op) -> httpx.Request:
    """The request for one try of `op`; every try of an op is the same request."""
    headers = {"Idempotency-Key": op.key} if op.key is not None else {}
    match op.kind:
        case OpKind.CREATE:
            body: dict[str, Any] = {"location": op.location, "name": op.name, "size": op.size}
            return http.build_request("POST", "/v1/shares", json=body, headers=headers)
        case OpKind.GET:
            return http.build_request("GET", _path(op))
        case OpKind.LIST:
            return http.build_request("GET", "/v1/shares", params={"location": op.location})
        case OpKind.RESIZE:
            return http.build_request("PATCH", _path(op), json={"size": op.size}, headers=headers)
        case OpKind.DELETE:
            return http.build_request("DELETE", _path(op), headers=headers)


def _path(op: Op) -> str:
    return f"/v1/shares/{quote(op.location, safe='')}/{quote(op.name, safe='')}"
