"""Passes a request on again where the settings say so, and writes down each try of one that did not go well at once."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from typing import Protocol, TypeVar

import httpx

from connector.clock import Clock
from pipeline.gateway.access_log import AccessLog
from pipeline.gateway.upload import UploadProgress
from pipeline.settings import GatewaySettings

__all__ = ["PassedOn", "Tries"]

T = TypeVar("T")

_IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"})
"""RFC 9110, 9.2.2."""


class _Body(Protocol):
    """What is known of the body of a request on its way."""

    @property
    def progress(self) -> UploadProgress: ...
    @property
    def repeatable(self) -> bool:
        """Whether it can be sent once more."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOn:
    """A request that is passed on. request_id: as it bears it."""

    request_id: str
    method: str
    target: str
    body: _Body


@dataclass(slots=True, kw_only=True)
class _Try:
    """began, ended: Unix seconds. ending: `answered`, or why not."""

    began: float
    ended: float = 0.0
    ending: str = "answered"


@dataclass(slots=True, kw_only=True)
class Tries:
    """Of one gateway. log: None: nothing is written down."""

    settings: GatewaySettings
    clock: Clock
    log: AccessLog | None = None
    server: str = field(default="service")

    @property
    def once(self) -> bool:
        """Whether each request is passed on once and no more."""
        return self.settings.tries == 1

    async def ask(self, passed_on: Callable[[], PassedOn], once: Callable[[], Awaitable[T]]) -> T:
        """What `once` gives, tried as often as the settings let. Raises what its last try raises.

        passed_on: the request, for tries that are counted or written down.
        """
        if self.once and self.log is None:
            return await once()
        request = passed_on()
        rows: list[_Try] = []
        try:
            while True:
                row = _Try(began=self.clock())
                rows.append(row)
                try:
                    return await once()
                except httpx.TransportError as error:
                    row.ending = _ending(error, request.body.progress)
                    if len(rows) == self.settings.tries or not self._may_repeat(request, error):
                        raise
                except (asyncio.CancelledError, TimeoutError):  # the time for all of it is over
                    row.ending = _silence(request.body.progress)
                    raise
                finally:
                    row.ended = self.clock()
        finally:
            self._write_down(request, rows)

    def _may_repeat(self, request: PassedOn, error: httpx.TransportError) -> bool:
        """Nothing was sent, or it may be done twice."""
        if isinstance(error, httpx.LocalProtocolError) or not request.body.repeatable:
            return False
        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
            return True
        return request.method in _IDEMPOTENT or self.settings.non_idempotent

    def _write_down(self, request: PassedOn, rows: list[_Try]) -> None:
        if self.log is None or (len(rows) == 1 and rows[0].ending == "answered"):
            return
        told = {"id": request.request_id, "method": request.method, "target": request.target, "server": self.server}
        self.log(json.dumps({**told, "tries": [asdict(row) for row in rows]}))


def _ending(error: httpx.TransportError, progress: UploadProgress) -> str:
    match error:
        case httpx.ConnectTimeout():
            return "connect-timeout"
        case httpx.ConnectError():
            return "refused"
        case httpx.TimeoutException():
            return _silence(progress)
        case _:
            return "broken"


def _silence(progress: UploadProgress) -> str:
    return "read-timeout" if progress is UploadProgress.SENT else "send-timeout"
