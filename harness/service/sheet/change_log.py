"""Reads the log that a service keeps of the state changes of its shares, as its sheet says."""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from connector.values import replace
from harness.errors import WorldError
from harness.http_client import HttpClient, HttpResponse
from harness.service.answer import Answer
from harness.service.sheet.answers import SheetAnswers
from harness.service.sheet.asking import Asking
from harness.service.sheet.paging import Pages
from harness.service.sheet.places import places_in
from harness.service.sheet.pointers import find
from harness.service.sheet.shares import ShownShares, Unreadable, field_text, short_text
from harness.service.sheet.tables import ChangeLogTable, ShareField, SheetTable
from harness.service.sheet.terms import SheetRequest, SheetState, WriterRole
from reports.history import StateChange

__all__ = ["ChangeLogReader", "state_in_history"]

_ASKED = SheetRequest.CHANGE_LOG
_MILLISECONDS = 1e11
"""A Unix instant beyond that is not in seconds."""


def state_in_history(state: SheetState) -> str | None:
    """None is no record."""
    return None if state is SheetState.GONE else str(state)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A row of the log. before None: it does not say. at: Unix seconds."""

    at: float
    id: str
    name: str
    location: str
    before: SheetState | None
    after: SheetState
    reason: str | None
    writer: str


class ChangeLogReader:
    """Reads it over HTTP."""

    def __init__(self, sheet: SheetTable, table: ChangeLogTable, asking: Asking) -> None:
        self._table = table
        self._asking = asking
        self._answers = SheetAnswers(sheet)
        self._shares = ShownShares(sheet)
        self._writers = {word: writer for writer, words in table.writers.items() for word in words} or {
            str(writer): writer for writer in WriterRole
        }

    async def read(
        self, http: HttpClient, locations: Sequence[str], of_unix: Callable[[float], float]
    ) -> tuple[StateChange, ...]:
        """All of it that concerns the run, in order. of_unix: from a Unix instant to the run's seconds.

        Raises `WorldError` where it cannot be read or proves nothing, `httpx.RequestError` where no answer comes.
        """
        table, rows = self._table, dict[_Row, None]()
        for location in locations if "location" in places_in(table.path) else ("",):
            read = [row async for row in self._rows(http, location)]
            rows |= dict.fromkeys(reversed(read) if table.newest_first else read)
        if rows and table.skew < 1 and all(row.at.is_integer() for row in rows):
            raise WorldError('its instants are whole seconds: say so with skew = "1s" in [change_log]')
        return _changes(list(rows), table, of_unix)

    async def _rows(self, http: HttpClient, location: str) -> AsyncIterator[_Row]:
        request = self._asking.spell(_ASKED, self._table, {"location": location})
        pages = Pages(request, self._table.paging)
        target: str | None = pages.first
        read = 0
        while target is not None:
            response = await http.send(pages.at(target))
            items, document = self._items(response, target)
            for item in items:
                read += 1
                yield self._row(item, location, f"{target}: row {read}")
            target = pages.after(len(items), None, document, response)

    def _items(self, response: HttpResponse, target: str) -> tuple[list[object], object]:
        accepted = self._answers.accepted(_ASKED, response)
        if isinstance(accepted, Answer):
            said = self._asking.without_secrets(accepted.message or accepted.cause or "")
            raise WorldError(f"{target}: answered with status {response.status}: {said}")
        try:
            found = find(accepted.document, self._table.items)
        except Unreadable as error:
            raise WorldError(f"{target}: {error}") from error
        if not isinstance(found, list):
            raise WorldError(f"{target}: no list at {self._table.items!r}")
        return found, accepted.document

    def _row(self, item: object, asked: str, where: str) -> _Row:
        table, row = self._table, find(item, self._table.share or "")
        try:
            return _Row(
                at=_instant(_said(row, table.at, "instant")),
                id=_said(row, table.id, "id"),
                name=_said(row, table.name, "name"),
                location=asked if table.location is None else _said(row, table.location, "location"),
                before=None if table.before is None else self._state(row, table.before),
                after=self._state(row, table.after),
                reason=field_text(row, table.reason),
                writer="" if table.writer is None else self._writer(_said(row, table.writer, "writer")),
            )
        except Unreadable as error:
            raise WorldError(f"{where}: {error}") from error

    def _state(self, row: object, field: ShareField) -> SheetState:
        word = field_text(row, field)
        return SheetState.GONE if word is None else self._shares.state_of(word)

    def _writer(self, word: str) -> str:
        if word not in self._writers:
            raise Unreadable(f"the writer {short_text(word)} is not in the sheet; it has {', '.join(self._writers)}")
        return str(self._writers[word])


def _said(row: object, field: ShareField, what: str) -> str:
    text = field_text(row, field)
    if text is None:
        raise Unreadable(f"the {what} is missing")
    return text


def _instant(text: str) -> float:
    """Unix seconds."""
    try:
        seconds = float(text)
    except ValueError:
        return _iso(text)
    if not 0 <= seconds < _MILLISECONDS:
        raise Unreadable(f"the instant {short_text(text)} is not in Unix seconds")
    return seconds


def _iso(text: str) -> float:
    wanted = "Unix seconds, or ISO 8601 with its offset, are accepted"
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise Unreadable(f"the instant {short_text(text)} cannot be read: {wanted}") from error
    if instant.tzinfo is None:
        raise Unreadable(f"the instant {short_text(text)} has no offset: {wanted}")
    return instant.timestamp()


def _changes(rows: Sequence[_Row], table: ChangeLogTable, of_unix: Callable[[float], float]) -> tuple[StateChange, ...]:
    """As rows of a history: in the order of their instants, and numbered."""
    several = len(rows) > len({row.id for row in rows})
    if table.before is not None and several and all(row.before is SheetState.GONE for row in rows):
        raise WorldError("no row tells what state it left: is `before` in [change_log] right?")
    found: list[StateChange] = []
    for _, record in groupby(sorted(rows, key=attrgetter("id")), key=attrgetter("id")):
        changes = list(_record(list(record), table, of_unix))
        if changes and (changes[-1].after is not None or changes[-1].at >= 0):  # else it was over before the run
            found += changes
    found.sort(key=attrgetter("at"))
    return tuple(replace(change, number=number) for number, change in enumerate(found, 1))


def _makes(first: _Row, table: ChangeLogTable) -> bool:
    """Whether a record begins with this row: else the log may have lost those before it."""
    if first.before is not None:
        return first.before is SheetState.GONE and first.after is not SheetState.GONE
    return first.after is SheetState.PENDING or (SheetState.GONE, first.after) in table.moves


def _record(rows: Sequence[_Row], table: ChangeLogTable, of_unix: Callable[[float], float]) -> Iterator[StateChange]:
    """The moves of one record; from a state to itself is none. Raises `WorldError` where its rows are not all there."""
    first, known = rows[0], SheetState.GONE
    called, latest = f"share {short_text(first.id)}", first.at
    if not _makes(first, table):
        raise WorldError(f"it does not tell how {called} was made: its first row leads to {first.after}")
    for row in rows:
        if (row.location, row.name) != (first.location, first.name):
            raise WorldError(f"{called} has two names: {first.location}/{first.name} and {row.location}/{row.name}")
        if row.at < latest:
            raise WorldError(f"its rows about {called} are not in the order of their instants")
        before = known if row.before is None else row.before
        if before is not row.after:
            yield StateChange(
                number=0,
                at=of_unix(row.at),
                share=row.id,
                location=row.location,
                name=row.name,
                before=state_in_history(before),
                after=state_in_history(row.after),
                writer=row.writer,
                reason=row.reason,
            )
        known, latest = row.after, row.at
