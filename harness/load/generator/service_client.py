"""Over HTTP from a greenlet: what `harness.service.client` does on an event loop."""

import gevent
import httpx

from connector.values import replace
from harness.http_client import HttpClient, HttpRequest, HttpResponse
from harness.service.answer import Answer, out_of_time, read_failure
from harness.service.request_ids import RequestIds, request_id
from harness.service.service import ServiceApi
from reports.history import Op

__all__ = ["GeventServiceClient"]


class GeventServiceClient:
    """A `ServiceClient` whose answers say when their first byte came. numbered: as of `HttpServiceClient`."""

    def __init__(self, http: HttpClient, api: ServiceApi, *, numbered: bool = False) -> None:
        self._http = http
        self._api = api
        self._numbered = numbered

    async def send(self, op: Op, *, within: float) -> Answer:
        """See `ServiceClient.send`."""
        limit = gevent.Timeout(within)
        try:
            with limit:
                http = _FirstBytes(RequestIds(self._http, request_id(op)) if self._numbered else self._http)
                answer = await self._api.ask(op, http)
                return replace(answer, first_byte=http.last)
        except gevent.Timeout as timeout:
            if timeout is not limit:
                raise
            return out_of_time(within)
        except httpx.RequestError as error:
            return read_failure(error)


class _FirstBytes:
    """An `HttpClient` that knows when the first byte of its last response came."""

    def __init__(self, http: HttpClient) -> None:
        self._http = http
        self.last: float | None = None

    async def send(self, request: HttpRequest) -> HttpResponse:
        response = await self._http.send(request)
        self.last = response.first_byte
        return response
