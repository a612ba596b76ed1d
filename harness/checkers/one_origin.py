"""T3, one origin: each timeout is told once, at one hop and site; where the truth is known, it is the injected one."""

from collections import Counter
from collections.abc import Iterator, Sequence

from connector.codes import Code
from connector.sites import Site
from harness.attribution import passed_on
from harness.checkers.checker import Checker, Need
from harness.checkers.history_index import HistoryIndex
from harness.checkers.witness import anomaly, of_attempt, of_injection, of_timeout
from reports.history import Attempt, Hop, Injection, Timeout
from reports.verdicts import Anomaly

__all__ = ["ONE_ORIGIN"]

_AT_CLUSTERS = (Hop.PROCESSOR, Hop.API)
_ORDER = list(Site)
_ONE_PLACE = frozenset({Site.CONNECTOR_EXEC, Site.CONNECTOR_EFFECT, Site.CONNECTOR_REPLY})
"""Sites that a client cannot tell apart: a command in service is silent, whatever became of it."""


def _find(index: HistoryIndex) -> Iterator[Anomaly]:
    yield from _told_twice_or_never(index)
    by_label = {row.label: row for row in index.history.injections}
    for timeout in index.history.timeouts:
        strike = by_label.get(timeout.injected or "")
        if strike is not None and timeout.hop in _AT_CLUSTERS and not _agree(timeout, strike):
            message = f"a fault at {strike.site} was reported as a timeout at {timeout.site}"
            yield anomaly("T3", timeout.location, timeout.name, message, of_injection(strike), of_timeout(timeout))


def _told_twice_or_never(index: HistoryIndex) -> Iterator[Anomaly]:
    told = Counter(timeout.attempt for timeout in index.history.timeouts if timeout.attempt is not None)
    heard_of = {answer.number: origin.number for answer, origin in passed_on(_timed_out(index))}
    for attempt in _timed_out(index):
        if attempt.ended_at is None:
            continue
        origin = heard_of.get(attempt.number)
        times = told[attempt.number] + (0 if origin is None else told[origin])
        if times == 0:
            yield anomaly("T3", attempt.location, attempt.name, "a timeout has no origin", of_attempt(attempt))
        elif times > 1:
            yield anomaly("T3", attempt.location, attempt.name, "a timeout has two origins", of_attempt(attempt))


def _timed_out(index: HistoryIndex) -> Sequence[Attempt]:
    timeout, attempts = Code.TIMEOUT, index.history.attempts
    return index.once("one_origin.timed_out", lambda: [row for row in attempts if row.code is timeout])


def _agree(timeout: Timeout, strike: Injection) -> bool:
    """A stall at one site may be noticed at the next, never at an earlier one."""
    if timeout.site in _ONE_PLACE and strike.site in _ONE_PLACE:
        return True
    return _ORDER.index(timeout.site) >= _ORDER.index(strike.site)


def _idle(index: HistoryIndex) -> str | None:
    return None if index.history.timeouts or _timed_out(index) else "nothing timed out"


def _remark(index: HistoryIndex) -> str:
    explained = sum(timeout.injected is not None for timeout in index.history.timeouts)
    return f"holds: {len(index.history.timeouts)} timeouts, {explained} of them explained by an injected fault"


ONE_ORIGIN = Checker(
    invariant="T3",
    title="each timeout has one origin",
    find=_find,
    helped_by=frozenset({Need.COMMAND_LOG}),
    idle=_idle,
    remark=_remark,
)
