"""Reads a list of the API to its end, page by page."""

from collections.abc import AsyncIterator, Mapping
from typing import Any, TypeVar
from urllib.parse import urlencode

from pydantic import BaseModel, TypeAdapter, ValidationError

from harness.courier import Ask, Courier
from harness.errors import WorldError

__all__ = ["get_json", "read_pages"]

Row = TypeVar("Row", bound=BaseModel)

_LIMIT = 1000
_OK = 200
_OBJECT: TypeAdapter[dict[str, Any]] = TypeAdapter(dict[str, Any])


async def get_json(courier: Courier, path: str, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The object at `path`. Raises `WorldError` where it is not one, `httpx.RequestError` where there is no answer."""
    reply = await courier.carry(Ask(method="GET", target=f"{path}?{urlencode(params)}" if params else path))
    if reply.status != _OK:
        raise WorldError(f"{path}: answered with status {reply.status}")
    try:
        return _OBJECT.validate_json(reply.body)
    except ValidationError as error:
        raise WorldError(f"{path} is not a JSON object") from error


async def read_pages(
    courier: Courier, path: str, key: str, model: type[Row], *, cursor: str = "after"
) -> AsyncIterator[Row]:
    """Every row under `key`; the page's `next` is handed back as `cursor` until nothing more comes.

    Raises `WorldError` where the answer is not such a list, `httpx.RequestError` where there is none.
    """
    params: dict[str, Any] = {"limit": _LIMIT}
    while True:
        page = await get_json(courier, path, params)
        try:
            rows = [model.model_validate(row) for row in page[key]]
        except (KeyError, TypeError, ValidationError) as error:
            raise WorldError(f"{path} is not a list of {key}: {error}") from error
        for row in rows:
            yield row
        if len(rows) < _LIMIT or page.get("next") is None:
            return
        params[cursor] = page["next"]
