"""The change log and the command log of the reference pipeline."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import takewhile

from pydantic import BaseModel, ConfigDict

from connector.codes import Code
from connector.outcomes import Done, Failed, Outcome, Unknown
from connector.sites import Site
from harness.collect.clock import RunClock
from harness.http_client import HttpClient
from harness.service._reference.pages import read_pages
from pipeline.record import AttemptRow, EventRow
from reports.history import Attempt, Hop, OpResult, StateChange

__all__ = ["AttemptLog", "changes_of", "commands_of", "read_changes", "read_commands"]


class _Row(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Event(_Row):
    """at: Unix seconds."""

    number: int
    at: float
    share: str
    location: str
    name: str
    before: str | None
    after: str | None
    writer: str
    fence: int | None
    reason: str | None


class _Result(StrEnum):
    OK = "ok"
    FAIL = "fail"
    UNKNOWN = "unknown"


class _Command(_Row):
    """Instants are Unix seconds. result None: its end was never written."""

    number: int
    share: str
    location: str
    name: str
    verb: str
    tried: int
    request_id: str | None
    sequence: int | None
    fence: int | None
    began_at: float
    ended_at: float | None
    deadline: float | None
    result: _Result | None
    code: Code | None
    site: Site | None
    message: str | None


_RESULTS = {
    None: OpResult.INFO,
    _Result.UNKNOWN: OpResult.INFO,
    _Result.OK: OpResult.OK,
    _Result.FAIL: OpResult.FAIL,
}


_Ending = tuple[OpResult, Code | None, Site | None, str]
"""Of a command: what came of it, and where and why it was stopped."""


async def read_changes(http: HttpClient, clock: RunClock, *, after: int | None = None) -> tuple[StateChange, ...]:
    """Every change of state of every record, in order; or those with a higher number."""
    rows = read_pages(http, "/v1/events", _Event, after=after)
    return tuple([_change(row, clock) async for row in rows])


def changes_of(rows: Iterable[EventRow], clock: RunClock) -> Iterator[StateChange]:
    """The same of a store that is at hand."""
    return (_change(row, clock) for row in rows)


async def read_commands(
    http: HttpClient, clock: RunClock, *, hop: Hop, after: int | None = None
) -> tuple[Attempt, ...]:
    """Every command, in order; or those with a higher number. hop: who commands the clusters."""
    rows = read_pages(http, "/v1/attempts", _Command, after=after)
    return tuple(
        [_attempt(row, (_RESULTS[row.result], row.code, row.site, row.message or ""), clock, hop) async for row in rows]
    )


def commands_of(rows: Iterable[AttemptRow], clock: RunClock, *, hop: Hop) -> Iterator[Attempt]:
    """The same of a store that is at hand."""
    return (_attempt(row, _ending(row.outcome), clock, hop) for row in rows)


class AttemptLog:
    """Every command that was sent, or was about to be when its sender died.

    May be read again and again: one that had ended stays as it is, so that only what came behind it is asked for.
    read: gives those with a higher number than this one; all, where there is none.
    """

    def __init__(self, read: Callable[[int | None], Awaitable[Sequence[Attempt]]]) -> None:
        self._read = read
        self._ended: list[Attempt] = []

    async def read(self) -> tuple[Attempt, ...]:
        """All up to now, in order. Raises as `read` does."""
        ended = len(self._ended)
        newer = await self._read(self._ended[-1].number if self._ended else None)
        read = (*self._ended[:ended], *newer)
        if len(self._ended) == ended:  # else another reader was faster, and these are known
            self._ended.extend(takewhile(lambda attempt: attempt.ended_at is not None, newer))
        return read


def _change(row: _Event | EventRow, clock: RunClock) -> StateChange:
    return StateChange(
        number=row.number,
        at=clock.of_unix(row.at),
        share=row.share,
        location=row.location,
        name=row.name,
        before=None if row.before is None else str(row.before),
        after=None if row.after is None else str(row.after),
        writer=row.writer,
        fence=row.fence,
        reason=row.reason,
    )


def _ending(outcome: Outcome | None) -> _Ending:
    match outcome:
        case None:
            return OpResult.INFO, None, None, ""
        case Done():
            return OpResult.OK, None, None, ""
        case Failed(code=code, site=site, message=message):
            return OpResult.FAIL, code, site, message
        case Unknown(code=code, site=site, message=message):
            return OpResult.INFO, code, site, message


def _attempt(row: _Command | AttemptRow, ending: _Ending, clock: RunClock, hop: Hop) -> Attempt:
    result, code, site, message = ending
    return Attempt(
        number=row.number,
        hop=hop,
        share=row.share or None,
        location=row.location,
        name=row.name,
        verb=str(row.verb),
        tried=row.tried,
        request_id=row.request_id,
        sequence=row.sequence,
        fence=row.fence or None,
        began_at=clock.of_unix(row.began_at),
        ended_at=None if row.ended_at is None else clock.of_unix(row.ended_at),
        deadline=None if row.deadline is None else clock.of_unix(row.deadline),
        result=result,
        code=code,
        site=site,
        message=message,
    )
