"""What a gateway wrote down about a request: when it came and ended, and each try to have the service answer it."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from connector.codes import Code
from connector.sites import Site
from harness.service.request_ids import client_of
from reports.history import Attempt, History, Hop, OpResult

__all__ = ["GatewayRow", "TryEnding", "UpstreamTry", "gateway_attempts"]


class TryEnding(StrEnum):
    """How a try ended. answered: the service's whole answer was passed back, whatever its status.

    The gateway gave up: connect-timeout, send-timeout (the service did not take the request), read-timeout. refused:
    there was no connection, so nothing was sent. broken: the service closed the connection before its answer ended.
    client-left: the client closed its connection first. full: the service had as many requests as the gateway gives it.
    """

    ANSWERED = "answered"
    CONNECT_TIMEOUT = "connect-timeout"
    SEND_TIMEOUT = "send-timeout"
    READ_TIMEOUT = "read-timeout"
    REFUSED = "refused"
    BROKEN = "broken"
    CLIENT_LEFT = "client-left"
    FULL = "full"


@dataclass(frozen=True, slots=True, kw_only=True)
class UpstreamTry:
    """began, ended: Unix seconds. server: its address, or the name that the gateway has for it. status: of the
    service's own answer."""

    began: float
    ended: float
    server: str
    ending: TryEnding
    status: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayRow:
    """began, ended: Unix seconds. request_id: as the client sent it, else "". status: as the client was sent it, or
    would have been; None where the log does not say. tries: none where the gateway answered by itself."""

    began: float
    ended: float
    request_id: str
    method: str
    target: str
    status: int | None = None
    tries: tuple[UpstreamTry, ...] = ()

    @property
    def is_told(self) -> bool:
        """Whether it says more than that the service answered, or that the client knew better."""
        usual = {TryEnding.ANSWERED, TryEnding.CLIENT_LEFT}
        return len(self.tries) > 1 or any(one.ending not in usual for one in self.tries)


_CODES = {
    TryEnding.ANSWERED: None,
    TryEnding.CONNECT_TIMEOUT: Code.TIMEOUT,
    TryEnding.SEND_TIMEOUT: Code.TIMEOUT,
    TryEnding.READ_TIMEOUT: Code.TIMEOUT,
    TryEnding.REFUSED: Code.REFUSED,
    TryEnding.BROKEN: Code.LOST,
    TryEnding.CLIENT_LEFT: Code.LOST,
    TryEnding.FULL: Code.BUSY,
}
_BEFORE_THE_ANSWER = frozenset({TryEnding.CONNECT_TIMEOUT, TryEnding.SEND_TIMEOUT, TryEnding.REFUSED, TryEnding.FULL})
_NEVER_SENT = frozenset({TryEnding.CONNECT_TIMEOUT, TryEnding.REFUSED, TryEnding.FULL})
_SLACK = 0.05
"""Two clocks, and the way between them."""


def gateway_attempts(
    rows: Iterable[GatewayRow], asked: History, of_unix: Callable[[float], float]
) -> Iterator[Attempt]:
    """The tries of requests that were not simply answered, as rows of the history; each at the op that it was for.

    asked: with the clients' ops and attempts. of_unix: from Unix seconds to those of the run.
    """
    rows = list(rows)
    by_client = _by_client(asked) if rows else {}
    for row in rows:
        attempts = by_client.get(client_of(row.request_id) or "", ()) if row.is_told else ()
        attempt = _asked_at(attempts, of_unix(row.began))
        if attempt is not None:
            for tried, one in enumerate(row.tries, start=1):
                yield _attempt(row, one, attempt, tried, of_unix)


def _by_client(asked: History) -> Mapping[str, Sequence[Attempt]]:
    """A client asks one thing after another."""
    clients = {op.number: op.client for op in asked.ops}
    found: dict[str, list[Attempt]] = defaultdict(list)
    for attempt in sorted(asked.attempts, key=lambda row: row.began_at):
        if attempt.hop is Hop.CLIENT and attempt.op is not None:
            found[clients[attempt.op]].append(attempt)
    return found


def _asked_at(attempts: Sequence[Attempt], at: float) -> Attempt | None:
    """The latest that had begun."""
    after = bisect_right(attempts, at + _SLACK, key=lambda row: row.began_at)
    return attempts[after - 1] if after else None


def _attempt(
    row: GatewayRow, one: UpstreamTry, asked: Attempt, tried: int, of_unix: Callable[[float], float]
) -> Attempt:
    code = _CODES[one.ending]
    sent = f" ({tried} of {len(row.tries)})" if len(row.tries) > 1 else ""
    return Attempt(
        number=0,
        hop=Hop.GATEWAY,
        op=asked.op,
        location=asked.location,
        name=asked.name,
        verb=asked.verb,
        tried=tried,
        request_id=row.request_id,
        began_at=of_unix(one.began),
        ended_at=of_unix(one.ended),
        result=OpResult.FAIL if one.ending in _NEVER_SENT else OpResult.OK if code is None else OpResult.INFO,
        status=one.status,
        code=code,
        site=None if code is None else Site.GATEWAY_REQUEST if one.ending in _BEFORE_THE_ANSWER else Site.GATEWAY_REPLY,
        message=f"{row.method} passed on to {one.server}{sent}: {one.ending}",
    )
