"""What an HTTP answer, or the lack of one, tells a client: ok, fail or info, and nothing more than that.

ok: 2xx. fail: a 4xx that carries a problem, or a request that was never sent. info: everything else; a 5xx, a silence
and a broken connection say nothing of what happened behind them.
"""

from dataclasses import dataclass

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

from connector.codes import Code
from connector.sites import Site
from connector.values import fast_frozen
from harness.http_client import HttpResponse
from reports.history import OpResult

__all__ = ["Answer", "out_of_time", "read_answer", "read_failure"]

TIMEOUT_HEADER = "spoolproof-timeout"
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


@fast_frozen
@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How one try ended. share, state, reason: as the body shows them. clear: nothing is gained by asking again."""

    result: OpResult
    status: int | None = None
    cause: str | None = None
    code: Code | None = None
    site: Site | None = None
    message: str = ""
    share: str | None = None
    state: str | None = None
    reason: str | None = None

    @property
    def clear(self) -> bool:
        return self.status is not None and self.result is not OpResult.INFO


class _Body(BaseModel):
    """The part of a share's representation, or of a problem, that a client looks at."""

    model_config = ConfigDict(extra="ignore")

    id: str | None = None
    state: str | None = None
    reason: str | None = None
    type: str | None = None
    title: str | None = None
    detail: str | None = None


_NOTHING = _Body()


def read_answer(reply: HttpResponse) -> Answer:
    """Judge a complete answer."""
    body = _read_body(reply)
    status = reply.status
    if 200 <= status < 300:
        return Answer(result=OpResult.OK, status=status, share=body.id, state=body.state, reason=body.reason)
    is_problem = reply.headers.get("content-type", "").startswith("application/problem+json")
    certain = is_problem and 400 <= status < 500
    return Answer(
        result=OpResult.FAIL if certain else OpResult.INFO,
        status=status,
        cause=_cause(body, status),
        code=_GATEWAY_CODES.get(status),
        site=_site(reply),
        message=body.detail or body.title or "",
        share=body.id,
        state=body.state,
    )


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


_SITES = {site.value: site for site in Site}
_GATEWAY_CODES = {502: Code.LOST, 504: Code.TIMEOUT}


def _read_body(reply: HttpResponse) -> _Body:
    try:
        return _Body.model_validate_json(reply.body)
    except ValidationError:
        return _NOTHING


def _cause(body: _Body, status: int) -> str:
    word = (body.type or "").rstrip("/").rpartition("/")[2].rpartition(":")[2].rpartition("#")[2]
    return word if word and word != "blank" else f"status-{status}"


def _site(reply: HttpResponse) -> Site | None:
    """Where a gateway says that it gave up; a 504 of one that does not say so was waiting for the reply."""
    said = reply.headers.get(TIMEOUT_HEADER, "")
    for part in said.split(";"):
        word, _, value = part.strip().partition("=")
        if word == "site" and value in _SITES:
            return _SITES[value]
    return Site.GATEWAY_REPLY if reply.status in _GATEWAY_CODES else None
