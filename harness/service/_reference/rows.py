"""Where the rows come from that a run reads of the reference pipeline: over HTTP, or by a call of its API."""

import sys
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

import httpx

from harness.collect.clock import RunClock
from harness.errors import WorldError
from harness.http_client import HttpClient
from harness.service._reference.logs import changes_of, commands_of, read_changes, read_commands
from harness.service._reference.readings import read_records, seen_of
from pipeline.store.protocol import ReadStore
from reports.history import Attempt, Hop, Reading, StateChange

__all__ = ["CallStore", "HttpRows", "RowSource", "StoreRows"]

T = TypeVar("T")

_ALL = sys.maxsize


class CallStore(Protocol):
    """Reads of the store behind an API; see `RowSource` for what is raised."""

    async def __call__(self, read: Callable[[ReadStore], Awaitable[T]]) -> T: ...


class RowSource(Protocol):
    """Changes and commands with a higher number than `after`; all, where that is None. Raises `httpx.HTTPError` where
    nobody answers, `WorldError` where the answer is of no use; a reading says so instead."""

    async def changes(self, after: int | None) -> tuple[StateChange, ...]: ...

    async def commands(self, after: int | None) -> tuple[Attempt, ...]: ...

    async def records(self, round: int) -> Reading: ...


class HttpRows:
    """Over HTTP. hop: who commands the clusters."""

    def __init__(self, http: HttpClient, clock: RunClock, *, hop: Hop) -> None:
        self._http = http
        self._clock = clock
        self._hop = hop

    async def changes(self, after: int | None) -> tuple[StateChange, ...]:
        return await read_changes(self._http, self._clock, after=after)

    async def commands(self, after: int | None) -> tuple[Attempt, ...]:
        return await read_commands(self._http, self._clock, hop=self._hop, after=after)

    async def records(self, round: int) -> Reading:
        return await read_records(self._http, self._clock, round)


class StoreRows:
    """By calls, which spare the pages: to write and to read them is a tenth of a run in the model world."""

    def __init__(self, call: CallStore, clock: RunClock, *, hop: Hop) -> None:
        self._call = call
        self._clock = clock
        self._hop = hop

    async def changes(self, after: int | None) -> tuple[StateChange, ...]:
        rows = await self._call(lambda store: store.events(after=after or 0, limit=_ALL))
        return tuple(changes_of(rows, self._clock))

    async def commands(self, after: int | None) -> tuple[Attempt, ...]:
        rows = await self._call(lambda store: store.attempts(after=after or 0, limit=_ALL))
        return tuple(commands_of(rows, self._clock, hop=self._hop))

    async def records(self, round: int) -> Reading:
        at = self._clock.now()
        try:
            records = await self._call(lambda store: store.list(limit=_ALL))
        except (httpx.HTTPError, WorldError):
            return Reading(number=0, at=at, side="api", round=round, ok=False)
        return Reading(number=0, at=at, side="api", round=round, shares=seen_of(records))
