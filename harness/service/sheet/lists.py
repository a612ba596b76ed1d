"""Reads lists of shares to their end, page by page."""

from collections.abc import AsyncIterator, Iterable, Sequence

from harness.errors import WorldError
from harness.http_client import HttpClient, HttpRequest, HttpResponse
from harness.service.answer import Answer
from harness.service.sheet.answers import SheetAnswers
from harness.service.sheet.asking import Asking
from harness.service.sheet.paging import Pages
from harness.service.sheet.places import places_in
from harness.service.sheet.request_tables import ListTable
from harness.service.sheet.shares import ShownShare, Unreadable
from harness.service.sheet.tables import SheetTable
from harness.service.sheet.terms import SheetRequest, SheetState
from reports.history import SeenShare

__all__ = ["Lists"]


class Lists:
    """Reads the lists of a sheet."""

    def __init__(self, sheet: SheetTable, asking: Asking, answers: SheetAnswers) -> None:
        self._sheet = sheet
        self._asking = asking
        self._answers = answers

    def first(self, location: str) -> HttpRequest:
        """The request for the list of a location, as an op asks it: one page, of the service's own length."""
        return self._asking.spell(SheetRequest.LIST, self._sheet.list, {"location": location})

    async def of_location(self, http: HttpClient, location: str) -> list[ShownShare]:
        """All shares of a location. Raises `WorldError`, and `httpx.RequestError` where no answer comes."""
        return [share async for share in self._pages(http, SheetRequest.LIST, self._sheet.list, location)]

    async def read_all(self, http: HttpClient, locations: Sequence[str]) -> tuple[SeenShare, ...]:
        """All shares but those that are gone. Raises as `of_location` does."""
        asked, table = SheetRequest.RECORDS, self._sheet.records
        if table is None:
            asked, table = SheetRequest.LIST, self._sheet.list
        each: Iterable[str | None] = locations if "location" in places_in(table.path) else (None,)
        only = locations[0] if len(locations) == 1 else None
        return tuple(
            [
                _seen(share, location or only, table.path)
                for location in each
                async for share in self._pages(http, asked, table, location or "")
                if share.state is not SheetState.GONE
            ]
        )

    async def _pages(
        self, http: HttpClient, asked: SheetRequest, table: ListTable, location: str
    ) -> AsyncIterator[ShownShare]:
        request = self._asking.spell(asked, table, {"location": location})
        pages = Pages(request, table.paging)
        target: str | None = pages.first
        while target is not None:
            response = await http.send(pages.at(target))
            shares, document = self._page(asked, table, response, target)
            for share in shares:
                yield share
            last = shares[-1].id if shares else None
            target = pages.after(len(shares), last, document, response)

    def _page(
        self, asked: SheetRequest, table: ListTable, response: HttpResponse, target: str
    ) -> tuple[list[ShownShare], object]:
        accepted = self._answers.accepted(asked, response)
        if isinstance(accepted, Answer):
            raise WorldError(f"{target}: answered with status {response.status}: {accepted.message or accepted.cause}")
        try:
            return self._answers.shares.read_items(accepted.document, table.items, table.share), accepted.document
        except Unreadable as error:
            raise WorldError(f"{target}: {error}") from error


def _seen(share: ShownShare, asked: str | None, path: str) -> SeenShare:
    location = share.location or asked
    if share.name is None or location is None:
        raise WorldError(f"{path}: a share in the list has no {'name' if share.name is None else 'location'}")
    state = None if share.state is None else str(share.state)
    return SeenShare(location=location, name=share.name, share=share.id, state=state, size=share.size)
