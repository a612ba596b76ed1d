"""Answers that are not success, as problem details (RFC 9457)."""

from typing import Any

from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from connector.toml_words import message_of

__all__ = ["AdminProblem", "problem_response", "refused_body", "show_http_error", "show_problem"]

_TYPES = "urn:spoolproof:problem:"


class AdminProblem(Exception):
    """Raised by a route to answer with a problem. cause: the last word of its type."""

    def __init__(self, status: int, cause: str, detail: str, **members: Any) -> None:
        super().__init__(detail)
        self.status = status
        self.cause = cause
        self.members = members


def problem_response(
    status: int, cause: str, detail: str, *, headers: dict[str, str] | None = None, **members: Any
) -> JSONResponse:
    """The response itself, for those who stand outside the routes."""
    title = cause.replace("-", " ").capitalize()
    body = {"type": _TYPES + cause, "title": title, "status": status, "detail": detail, **members}
    return JSONResponse(body, status_code=status, headers=headers, media_type="application/problem+json")


def refused_body(error: ValidationError, model: type[BaseModel]) -> AdminProblem:
    """What is wrong with a body or a query, key by key."""
    errors = [
        {"key": ".".join(str(step) for step in detail["loc"]), "message": message_of(detail, model)}
        for detail in error.errors()
    ]
    text = "; ".join(f"{entry['key'] or 'body'}: {entry['message']}" for entry in errors)
    return AdminProblem(422, "not-acceptable", text, errors=errors)


async def show_problem(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, AdminProblem)
    return problem_response(error.status, error.cause, str(error), **error.members)


async def show_http_error(request: Request, error: Exception) -> JSONResponse:
    """What Starlette's own routing refuses: an unknown path, another method."""
    assert isinstance(error, HTTPException)
    cause = error.detail.lower().replace(" ", "-")
    detail = f"{request.method} {request.url.path}: {error.detail.lower()}"
    return problem_response(error.status_code, cause, detail, headers=dict(error.headers or {}))
