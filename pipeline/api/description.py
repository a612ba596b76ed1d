"""What an operation of the API takes and answers, written beside its handler: the OpenAPI document is made of these."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel

from pipeline.api.caller import AccessLevel
from pipeline.problems import Cause

__all__ = ["Description", "described", "description_of"]

_ATTRIBUTE = "api_description"


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """status, answer: of success; also: further successes. answer None: no body, or text where media says so.

    problems: causes besides those that every operation has. keyed: it takes an Idempotency-Key. of_tenant: what it
    answers depends on the tenant. access: for whom it
    is; unless something else is said, for operators alone.
    """

    summary: str
    status: int = 200
    answer: type[BaseModel] | None = None
    media: str = "application/json"
    also: Mapping[int, type[BaseModel] | None] = field(default_factory=dict)
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    access: AccessLevel = AccessLevel.OPERATOR
    problems: tuple[Cause, ...] = ()
    keyed: bool = False
    of_tenant: bool = False


Handler = TypeVar("Handler", bound=Callable[..., Any])


def described(summary: str, **values: Any) -> Callable[[Handler], Handler]:
    """Write a `Description` beside a handler."""

    def mark(handler: Handler) -> Handler:
        setattr(handler, _ATTRIBUTE, Description(summary=summary, **values))
        return handler

    return mark


def description_of(handler: Callable[..., Any]) -> Description | None:
    """What was written beside it."""
    found: Description | None = getattr(handler, _ATTRIBUTE, None)
    return found
