"""X-Request-Id: names each try of an op, so that a gateway's log can be read beside what the clients know."""

from connector.values import replace
from harness.http_client import HttpClient, HttpRequest, HttpResponse
from reports.history import Op

__all__ = ["RequestIds", "client_of", "request_id"]


def request_id(op: Op) -> str:
    """Of one try of an op. op: its `tries` is the number of this try."""
    return f"{op.client}.{op.number}.{op.tries}"


def client_of(given: str) -> str | None:
    """Whose request had this id; None for one that `request_id` did not make."""
    client, _, rest = given.partition(".")
    number, _, tried = rest.partition(".")
    return client if client and number.isdecimal() and tried.isdecimal() else None


class RequestIds:
    """An `HttpClient` whose requests all bear one id."""

    def __init__(self, http: HttpClient, given: str) -> None:
        self._http = http
        self._header = ("x-request-id", given)

    async def send(self, request: HttpRequest) -> HttpResponse:
        return await self._http.send(replace(request, headers=(*request.headers, self._header)))
