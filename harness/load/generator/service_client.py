"""Over HTTP from a greenlet: what `harness.service.client` does on an event loop."""

import gevent
import httpx

from harness.http_client import HttpClient
from harness.service.answer import Answer, out_of_time, read_failure
from harness.service.request_ids import RequestIds, request_id
from harness.service.service import ServiceApi
from reports.history import Op

__all__ = ["GeventServiceClient"]


class GeventServiceClient:
    """A `ServiceClient`. numbered: as of `HttpServiceClient`."""

    def __init__(self, http: HttpClient, api: ServiceApi, *, numbered: bool = False) -> None:
        self._http = http
        self._api = api
        self._numbered = numbered

    async def send(self, op: Op, *, within: float) -> Answer:
        """See `ServiceClient.send`."""
        limit = gevent.Timeout(within)
        try:
            with limit:
                http = RequestIds(self._http, request_id(op)) if self._numbered else self._http
                return await self._api.ask(op, http)
        except gevent.Timeout as timeout:
            if timeout is not limit:
                raise
            return out_of_time(within)
        except httpx.RequestError as error:
            return read_failure(error)
