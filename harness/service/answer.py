"""Answer: how one try of an op ended, as its client sees it: ok, fail or info, and nothing more than that."""

from dataclasses import dataclass

import httpx

from connector.codes import Code
from connector.sites import Site
from connector.values import fast_frozen
from reports.history import OpResult

__all__ = ["Answer", "out_of_time", "read_failure"]

_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


@fast_frozen
@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How one try ended. share, state, reason: as the body shows them. clear: nothing is gained by asking again.

    status: of HTTP; by a service sheet 202 for whatever is promised and 404 for what is not there. first_byte: when its
    first byte came, by the clock of the history; None: nobody looked.
    """

    result: OpResult
    status: int | None = None
    cause: str | None = None
    code: Code | None = None
    site: Site | None = None
    message: str = ""
    share: str | None = None
    state: str | None = None
    reason: str | None = None
    first_byte: float | None = None

    @property
    def clear(self) -> bool:
        return self.status is not None and self.result is not OpResult.INFO


def read_failure(error: httpx.RequestError) -> Answer:
    """Judge a request that got no response."""
    timed_out = isinstance(error, httpx.TimeoutException)
    never_sent = isinstance(error, _NEVER_SENT)
    return Answer(
        result=OpResult.FAIL if never_sent else OpResult.INFO,
        cause="client-timeout" if timed_out else "connection-refused" if never_sent else "connection-lost",
        code=Code.TIMEOUT if timed_out else Code.REFUSED if never_sent else Code.LOST,
        site=Site.GATEWAY_REQUEST if never_sent else Site.GATEWAY_REPLY,
        message=str(error) or type(error).__name__,
    )


def out_of_time(seconds: float) -> Answer:
    """Judge a request that the client gave up after `seconds`."""
    return Answer(
        result=OpResult.INFO,
        cause="client-timeout",
        code=Code.TIMEOUT,
        site=Site.GATEWAY_REPLY,
        message=f"no answer within {seconds:g} s",
    )
