"""Finds out who asks, by what a request carries."""

from typing import Protocol

from starlette.requests import Request

from pipeline.api.caller import Caller
from pipeline.problems import Cause, Problem, ProblemError

__all__ = ["Authenticator", "unauthenticated"]

_CHALLENGE = 'Bearer realm="spoolproof"'


class Authenticator(Protocol):
    """Raises `ProblemError` of cause `unauthenticated` for who cannot be told."""

    async def caller(self, request: Request) -> Caller: ...


def unauthenticated(detail: str, *, error: str | None = None) -> ProblemError:
    """error: as RFC 6750, 3.1 has it; None where no credentials came."""
    challenge = _CHALLENGE if error is None else f'{_CHALLENGE}, error="{error}"'
    problem = Problem(cause=Cause.UNAUTHENTICATED, detail=detail, headers={"WWW-Authenticate": challenge})
    return ProblemError(problem)
