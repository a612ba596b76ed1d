"""Finds a share by its name, for requests that need the id that the service gave it."""

from collections import OrderedDict
from collections.abc import Iterator

from connector.values import replace
from harness.errors import WorldError
from harness.http_client import HttpClient
from harness.service.answer import Answer
from harness.service.sheet.answers import SheetAnswers, absent
from harness.service.sheet.asking import Asking, places_of_share
from harness.service.sheet.lists import Lists
from harness.service.sheet.places import places_in
from harness.service.sheet.request_tables import ReadTable, RequestTable, ResizeTable
from harness.service.sheet.shares import ShownShare
from harness.service.sheet.tables import SheetTable
from harness.service.sheet.terms import SheetRequest
from reports.history import Op, OpResult

__all__ = ["Lookup", "needs_id", "places_of", "sends_key"]

_REMEMBERED = 4096
"""Ops under way at the same time; older ones are done."""


def places_of(table: RequestTable) -> Iterator[str]:
    """All places of a request."""
    for template in (table.path, table.headers, table.body, table.form):
        yield from places_in(template)


def needs_id(table: RequestTable) -> bool:
    """Whether the share has to be found first: for its id, or for its size."""
    return "id" in places_of(table) or (isinstance(table, ResizeTable) and table.smaller is not None)


def sends_key(table: RequestTable) -> bool:
    """Whether a request has a place for the idempotency key."""
    return not {"key", "key_uuid"}.isdisjoint(places_of(table))


class Lookup:
    """Finds shares by `find`, by `get` where that asks by name, else in the list."""

    def __init__(self, sheet: SheetTable, asking: Asking, answers: SheetAnswers, lists: Lists) -> None:
        self._asking = asking
        self._answers = answers
        self._lists = lists
        self._asked, self._table = _way(sheet)
        self._found: OrderedDict[int, ShownShare] = OrderedDict()

    async def find_once(self, op: Op, http: HttpClient) -> ShownShare | Answer:
        """The share that an op concerns, the same for each of its tries: a later one of that name is another."""
        if (known := self._found.get(op.number)) is not None:
            return known
        found = await self.find(op, http)
        if isinstance(found, Answer):
            return _not_sent(found)
        self._found[op.number] = found
        if len(self._found) > _REMEMBERED:
            self._found.popitem(last=False)
        return found

    async def find(self, op: Op, http: HttpClient) -> ShownShare | Answer:
        """The share of this name, or why there is none."""
        found = await (self._in_list(op, http) if self._table is None else self._by_name(self._table, op, http))
        if isinstance(found, ShownShare) and found.id is None:
            return Answer(result=OpResult.INFO, cause="unreadable-answer", message="the id of the share is missing")
        return found

    async def _by_name(self, table: ReadTable, op: Op, http: HttpClient) -> ShownShare | Answer:
        request = self._asking.spell(self._asked, table, places_of_share(op.location, op.name))
        return self._answers.of_share(self._asked, table, op, await http.send(request))

    async def _in_list(self, op: Op, http: HttpClient) -> ShownShare | Answer:
        try:
            shares = await self._lists.of_location(http, op.location)
        except WorldError as error:
            return Answer(result=OpResult.INFO, cause="unreadable-answer", message=str(error))
        return self._answers.chosen(shares, op) or absent("no share of this name in the list")


def _way(sheet: SheetTable) -> tuple[SheetRequest, ReadTable | None]:
    if sheet.find is not None:
        return SheetRequest.FIND, sheet.find
    return SheetRequest.GET, None if needs_id(sheet.get) else sheet.get


def _not_sent(answer: Answer) -> Answer:
    """What was not found, nobody was asked to change: that failed for certain, and may be tried again."""
    if answer.result is OpResult.FAIL:
        return answer
    message = f"the share was not found, so nothing was asked: {answer.message or answer.cause}"
    return replace(answer, result=OpResult.FAIL, status=None, cause="not-looked-up", message=message)
