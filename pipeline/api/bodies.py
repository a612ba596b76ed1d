"""Reads and checks what a client sends: bodies, queries and names. Nothing behind this module sees raw input."""

import re
from collections.abc import Mapping
from typing import Annotated, TypeVar

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails
from starlette.requests import ClientDisconnect, Request

from connector.http_input import HttpInputError, WholeNumber, read_json, read_pairs
from pipeline.api.cursor import Cursor
from pipeline.holds import HoldKind
from pipeline.kinds.fields import Body, Name, Size, whole_number
from pipeline.problems import Cause, Problem, ProblemError
from pipeline.record import HIGHEST_PRIORITY, TENANT_NAME
from pipeline.states import ShareState

__all__ = [
    "CreateBody",
    "DeadQuery",
    "HoldBody",
    "ListQuery",
    "PageQuery",
    "RequeueBody",
    "checked",
    "header",
    "invalid",
    "read_body",
    "read_query",
]

_JSON = (b"content-type", b"application/json")
_LARGEST_BODY = 16 * 1024
_LONGEST_HOLD = 366 * 24 * 3600.0
_LARGEST_ROW = 2**63 - 1


_Text = Annotated[str, Field(pattern=r"^[^\x00]*$")]  # no store keeps a NUL


class CreateBody(Body):
    """The body of POST /v1/shares. size: bytes. priority: among the tenant's own shares; the highest is made first."""

    location: Name
    name: Name
    size: Size
    priority: Annotated[int, Field(ge=0, le=HIGHEST_PRIORITY), BeforeValidator(whole_number)] = 0


class HoldBody(Body):
    """The body of PUT /v1/holds/{location}. seconds: how long; None: until it is lifted."""

    kind: Annotated[HoldKind, Field(strict=False)]
    reason: Annotated[_Text, Field(min_length=1, max_length=1000)]
    who: Annotated[_Text, Field(min_length=1, max_length=200)]
    seconds: Annotated[float, Field(gt=0, le=_LONGEST_HOLD)] | None = None


_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")


def _instant(value: object) -> object:
    """Pydantic by itself takes numbers and dates, too."""
    if not isinstance(value, str) or _INSTANT.fullmatch(value) is None:
        raise ValueError("must be an instant as RFC 3339 writes it, such as 2026-11-30T12:00:00Z")
    return value


class ListQuery(BaseModel):
    """The query of GET /v1/shares."""

    model_config = ConfigDict(extra="forbid")
    location: Name | None = None
    state: ShareState | None = None
    since: Annotated[AwareDatetime, BeforeValidator(_instant), Field(description="changed then or later")] | None = None
    tenant: Annotated[str, Field(pattern=f"^{TENANT_NAME.pattern}$")] | None = None
    limit: Annotated[WholeNumber, Field(ge=1, le=1000)] = 100
    cursor: Cursor | None = None


class DeadQuery(BaseModel):
    """The query of GET /v1/dead. reason: a text that the reason contains. after: the `next` of the page before."""

    model_config = ConfigDict(extra="forbid")
    location: _Text | None = None
    tenant: _Text | None = None
    reason: _Text | None = None
    after: Annotated[WholeNumber, Field(ge=0, le=_LARGEST_ROW)] = 0
    limit: Annotated[WholeNumber, Field(ge=1, le=1000)] = 100


class QueueQuery(BaseModel):
    """The query of GET /v1/queue."""

    model_config = ConfigDict(extra="forbid")
    location: _Text | None = None
    limit: Annotated[WholeNumber, Field(ge=1, le=1000)] = 100


class RequeueBody(BaseModel):
    """The body of POST /v1/dead/requeue: which dead letters. dry_run: only count them."""

    model_config = ConfigDict(extra="forbid", strict=True)
    location: _Text | None = None
    tenant: _Text | None = None
    reason: _Text | None = None
    dry_run: bool = False


class PageQuery(BaseModel):
    """The query of the audit lists. after: the `next` of the page before."""

    model_config = ConfigDict(extra="forbid")
    after: Annotated[WholeNumber, Field(ge=0, le=_LARGEST_ROW)] = 0
    limit: Annotated[WholeNumber, Field(ge=1, le=10_000)] = 1000


Model = TypeVar("Model", bound=BaseModel)


async def read_body(request: Request, model: type[Model]) -> Model:
    """The checked body. Raises `ProblemError`, or `ClientDisconnect` where the client left before its end."""
    if _JSON not in request.scope["headers"]:  # as nearly everyone spells it
        _check_media_type(request)
    _check_coding(request)
    body = await _read(request)
    try:
        return checked(model, read_json(body))
    except HttpInputError as error:
        raise invalid("The body", [{"pointer": f"#/{error.where}", "detail": error.detail}]) from error


def checked(model: type[Model], members: object) -> Model:
    """What a body says, once it is read. Raises `ProblemError`."""
    try:
        return model.model_validate(members)
    except ValidationError as error:
        raise _invalid(model, error, "#/") from error


def read_query(request: Request, model: type[Model]) -> Model:
    """The checked query. Raises `ProblemError`."""
    try:
        return model.model_validate(read_pairs(request.scope["query_string"]))
    except ValidationError as error:
        raise _invalid(model, error, "") from error
    except HttpInputError as error:
        raise invalid("The query", [{"pointer": error.where, "detail": error.detail}]) from error


def _check_media_type(request: Request) -> None:
    media_type = ",".join(header(request, "content-type")).partition(";")[0].strip().lower()
    if media_type != "application/json":
        detail = f"Content-Type is {media_type or 'missing'}; accepted: application/json."
        raise ProblemError(Problem(cause=Cause.UNSUPPORTED_MEDIA_TYPE, detail=detail))


def _check_coding(request: Request) -> None:
    coding = ",".join(header(request, "content-encoding")).strip().lower()
    if coding not in {"", "identity"}:
        detail = f"Content-Encoding is {coding}; accepted: a body that is not encoded."
        accepted = {"Accept-Encoding": "identity"}  # RFC 9110, 12.5.3
        raise ProblemError(Problem(cause=Cause.UNSUPPORTED_MEDIA_TYPE, detail=detail, headers=accepted))


def header(request: Request, name: str) -> list[str]:
    """Every value of a header; `name` in lower case."""
    wanted = name.encode()
    return [value.decode("latin-1") for key, value in request.scope["headers"] if key == wanted]


def invalid(what: str, errors: list[dict[str, str]]) -> ProblemError:
    """The problem `invalid-request`, naming each thing that is wrong."""
    first = errors[0]
    place = f"{first['pointer']}: " if first["pointer"] else ""
    detail = f"{what} is not acceptable: {place}{first['detail']}."
    return ProblemError(Problem(cause=Cause.INVALID_REQUEST, detail=detail, members={"errors": errors}))


async def _read(request: Request) -> bytes:
    """All chunks; by far most bodies are one. A body that says that it is too large is not waited for."""
    body, more = b"", True
    said = header(request, "content-length")
    if said and int(said[0]) > _LARGEST_BODY:
        raise _too_large()
    while more:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > _LARGEST_BODY:
            raise _too_large()
    return body


def _too_large() -> ProblemError:
    return ProblemError(Problem(cause=Cause.TOO_LARGE, detail=f"The body is larger than {_LARGEST_BODY} bytes."))


def _invalid(model: type[BaseModel], error: ValidationError, prefix: str) -> ProblemError:
    accepted = ", ".join(model.model_fields)
    errors = [
        {"pointer": prefix + "/".join(map(str, entry["loc"])), "detail": _sentence(entry, accepted)}
        for entry in error.errors(include_url=False)
    ]
    return invalid("The body" if prefix else "The query", errors)


def _sentence(entry: ErrorDetails, accepted: str) -> str:
    context: Mapping[str, object] = entry.get("ctx", {})
    match entry["type"]:
        case "extra_forbidden":
            return f"unknown; accepted: {accepted}"
        case "missing":
            return "is needed"
        case "model_type":
            return "Input should be an object"
        case "value_error":
            return str(context.get("error"))
        case _:
            return entry["msg"]
