"""Reads a list of the reference API to its end, page by page."""

from collections.abc import AsyncIterator, Mapping
from functools import cache
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from pydantic import AliasChoices, BaseModel, Field, TypeAdapter, ValidationError

from harness.errors import WorldError
from harness.http_client import HttpClient, HttpRequest

__all__ = ["get_json", "read_pages"]

Row = TypeVar("Row", bound=BaseModel)

_LIMIT = 1000
_OK = 200
_OBJECT: TypeAdapter[dict[str, Any]] = TypeAdapter(dict[str, Any])


class _Page(BaseModel, Generic[Row]):
    """One page of a list, under the name that its list has. next: what to hand back for the page behind it."""

    rows: list[Row] = Field(validation_alias=AliasChoices("events", "attempts", "shares", "findings", "deliveries"))
    next: int | str | None = None


@cache  # pydantic makes it anew for each run, which takes a sixth of an empty one
def _page_of(row: type[Row]) -> type[_Page[Row]]:
    return _Page[row]  # type: ignore[valid-type]  # pydantic takes a type that is only known now


async def get_json(http: HttpClient, path: str) -> dict[str, Any]:
    """The object at `path`. Raises `WorldError` where it is not one, `httpx.RequestError` where there is no answer."""
    try:
        return _OBJECT.validate_json(await _get(http, path))
    except ValidationError as error:
        raise WorldError(f"{path} is not a JSON object") from error


async def read_pages(
    http: HttpClient, path: str, row: type[Row], *, cursor: str = "after", after: int | None = None
) -> AsyncIterator[Row]:
    """Every row, or every one behind `after`, each read as a `row`; a page's `next` is handed back as `cursor` until
    nothing more comes.

    Raises `WorldError` where the answer is not such a list, `httpx.RequestError` where there is none.
    """
    params: dict[str, int | str] = {"limit": _LIMIT}
    behind: int | str | None = after
    page = _page_of(row)
    while True:
        if behind is not None:
            params[cursor] = behind
        body = await _get(http, path, params)
        try:
            read = page.model_validate_json(body)
        except ValidationError as error:
            raise WorldError(f"{path} is not such a list: {error}") from error
        for each in read.rows:
            yield each
        behind = read.next
        if len(read.rows) < _LIMIT or behind is None:
            return


async def _get(http: HttpClient, path: str, params: Mapping[str, Any] | None = None) -> bytes:
    reply = await http.send(HttpRequest(method="GET", target=f"{path}?{urlencode(params)}" if params else path))
    if reply.status != _OK:
        raise WorldError(f"{path}: answered with status {reply.status}")
    return reply.body
