"""What went wrong, as RFC 9457 says it over HTTP: one problem type per cause, with its prose in problems.toml."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib.resources import files

from starlette.responses import Response

__all__ = [
    "MEDIA_TYPE",
    "TIMEOUT_HEADER",
    "Cause",
    "CauseEntry",
    "Problem",
    "ProblemError",
    "catalogue",
    "problem_body",
    "problem_response",
]

MEDIA_TYPE = "application/problem+json"

TIMEOUT_HEADER = "Spoolproof-Timeout"
"""Says which hop gave up, and at which site it was waiting: `gateway; site=gateway.reply`. A 504 can be attributed."""


class Cause(StrEnum):
    """The last word of a problem's type: clients decide by it."""

    SHARE_PENDING = "share-pending"
    SHARE_EXISTS = "share-exists"
    SHARE_NOT_ACTIVE = "share-not-active"
    NOT_FOUND = "not-found"
    UNKNOWN_LOCATION = "unknown-location"
    CLUSTER_DRAINED = "cluster-drained"
    QUOTA_EXCEEDED = "quota-exceeded"
    INVALID_REQUEST = "invalid-request"
    UNSUPPORTED_MEDIA_TYPE = "unsupported-media-type"
    TOO_LARGE = "too-large"
    METHOD_NOT_ALLOWED = "method-not-allowed"
    KEY_REUSED = "key-reused"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    TOO_MANY_REQUESTS = "too-many-requests"
    SPOOL_FULL = "spool-full"
    AUTH_UNAVAILABLE = "auth-unavailable"
    STORE_UNAVAILABLE = "store-unavailable"
    INTERNAL = "internal"
    STREAMS_FULL = "streams-full"
    GATEWAY_TIMEOUT = "gateway-timeout"
    BAD_GATEWAY = "bad-gateway"
    GATEWAY_FULL = "gateway-full"
    REQUEST_TIMEOUT = "request-timeout"
    CLUSTER_REFUSED = "cluster-refused"
    CLUSTER_UNAVAILABLE = "cluster-unavailable"
    CLUSTER_SILENT = "cluster-silent"


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseEntry:
    """One table of problems.toml. kept: the answer is given again to the same idempotency key; why: the reason."""

    title: str
    status: int
    kept: bool
    why: str
    prose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One occurrence. status None: the cause's own. members: further members of the body (RFC 9457, 3.2)."""

    cause: Cause
    detail: str
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    members: Mapping[str, object] = field(default_factory=dict)


class ProblemError(Exception):
    """Ends the handling of a request with a problem as its answer."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


@cache
def catalogue() -> Mapping[Cause, CauseEntry]:
    """Every cause with its title, status and prose, read once."""
    tables = tomllib.loads((files("pipeline") / "problems.toml").read_text())
    return {Cause(name): CauseEntry(**(table | {"prose": table["prose"].strip()})) for name, table in tables.items()}


def status_of(problem: Problem) -> int:
    """The HTTP status of an occurrence."""
    return catalogue()[problem.cause].status if problem.status is None else problem.status


def problem_body(problem: Problem) -> bytes:
    """The JSON body. The type is a relative reference: it also holds behind a gateway."""
    return json.dumps(
        {
            "type": f"/problems/{problem.cause}",
            "title": catalogue()[problem.cause].title,
            "status": status_of(problem),
            "detail": problem.detail,
            **problem.members,
        },
        ensure_ascii=False,
    ).encode()


def problem_response(problem: Problem) -> Response:
    """The whole answer."""
    return Response(
        problem_body(problem), status_code=status_of(problem), headers=problem.headers, media_type=MEDIA_TYPE
    )
