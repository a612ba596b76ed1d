"""The settings of what answers HTTP: the API, and the gateway in front of it."""

from typing import Annotated

from pydantic import Field

from connector.output_files import OutputPath
from connector.table import TomlTable
from pipeline.settings.fields import Port, Seconds

__all__ = ["ApiSettings", "GatewaySettings"]


class ApiSettings(TomlTable):
    """The API. conflict_status: 409, or the 400 of the original design note. retry_after: hint to pollers.

    longest_wait: the longest that a request waits that prefers to (`Prefer: wait=N`). store_wait: the longest that one
    waits for a store that is away, until it is answered 503; so do all parts of its process. Both below the gateway's
    `read`. event_poll: interval between looks for what event streams and waiting requests wait for. streams: at once.
    cancel_pending: a delete of a pending share is accepted, and ends its create. processes: how many of it a run starts
    (`api`, `api-2`, ...); `pipeline serve` starts one each time.
    """

    host: str = "127.0.0.1"
    port: Port = 0
    conflict_status: Annotated[int, Field(ge=400, le=409)] = 409
    retry_after: Seconds = 1.0
    key_lifetime: Seconds = 86_400.0
    longest_wait: Seconds = 4.0
    store_wait: Seconds = 4.0
    event_poll: Seconds = 0.1
    streams: Annotated[int, Field(ge=1)] = 200
    cancel_pending: bool = False
    processes: Annotated[int, Field(ge=1)] = 1


class GatewaySettings(TomlTable):
    """The reverse proxy in front of the API. read: limit of one wait for bytes; total: limit of the whole request.

    tries: how often a request is passed on at most: again after a connection that was not made, and, where it is
    idempotent, after a timeout or a connection that broke. non_idempotent: POST and PATCH as well, which may then be
    done twice. access_log: a file to which each request that was not answered at the first try is appended, as a line
    of JSON.

    upstream: the API's URL, or those of several, which are asked in turn: with `tries = 2` a request that one did not
    take goes to the next. None: that of the API in the same process.
    """

    host: str = "127.0.0.1"
    port: Port = 0
    upstream: str | Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    connect: Seconds = 1.0
    read: Seconds = 5.0
    total: Seconds = 6.0
    max_connections: Annotated[int, Field(ge=1)] = 256
    tries: Annotated[int, Field(ge=1, le=100)] = 1
    non_idempotent: bool = False
    access_log: OutputPath | None = None
