"""What the admin API takes: bodies and queries, unknown keys refused."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from starlette.requests import Request

from connector.http_input import HttpInputError, WholeNumber, read_json
from connector.table import TomlTable
from connector.units import Duration, Size, parse_duration
from fake_clusters.admin.problems import AdminProblem

__all__ = ["AdminPageQuery", "CrashBody", "ShareBody", "WaitQuery", "read_body"]

_LARGEST_BODY = 65_536


class _Query(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _seconds(text: object) -> float:
    """In a query everything is text, so a bare number comes as one too."""
    bare = isinstance(text, str) and text.replace(".", "", 1).isdecimal()
    return parse_duration(f"{text}s" if bare else text)


class CrashBody(TomlTable):
    """Take the cluster down now. wipe: it comes back without its shares."""

    down_for: Duration = 5.0
    wipe: bool = False


class ShareBody(TomlTable):
    """A share that somebody makes by hand. size: its bytes."""

    name: Annotated[str, Field(min_length=1, max_length=255)]
    size: Annotated[Size, Field(ge=1)] = 1 << 30


class AdminPageQuery(_Query):
    """after: only rows with a greater number."""

    after: Annotated[WholeNumber, Field(ge=0)] = 0


class WaitQuery(_Query):
    """Answer when `counter` has reached `at_least`, or after `timeout`."""

    counter: str
    at_least: Annotated[WholeNumber, Field(ge=0)] = 1
    timeout: Annotated[float, BeforeValidator(_seconds), Field(le=300)] = 10.0


async def read_body(request: Request) -> object:
    """The JSON document of a request, an empty object where it has none. Raises `AdminProblem`."""
    coding = request.headers.get("content-encoding", "identity").lower()
    if coding != "identity":
        raise AdminProblem(415, "unsupported-media-type", f"Content-Encoding: {coding} is not served; send plain JSON")
    text = bytearray()
    async for chunk in request.stream():
        text += chunk
        if len(text) > _LARGEST_BODY:
            raise AdminProblem(413, "too-large", f"the body may have {_LARGEST_BODY} bytes")
    try:
        return read_json(text or b"{}")
    except HttpInputError as error:
        raise AdminProblem(400, "not-json", f"the body is not acceptable: {error}") from error
