"""Reads lists of shares to their end, page by page."""

from collections.abc import AsyncIterator, Iterable, Sequence
from urllib.parse import quote_plus, urlsplit

from harness.errors import WorldError
from harness.http_client import HttpClient, HttpRequest, HttpResponse
from harness.service.answer import Answer
from harness.service.sheet.answers import SheetAnswers
from harness.service.sheet.asking import Asking
from harness.service.sheet.places import places_in
from harness.service.sheet.pointers import find
from harness.service.sheet.shares import ShownShare, Unreadable
from harness.service.sheet.tables import ListTable, PagingTable, SheetTable
from harness.service.sheet.terms import Paging, SheetRequest, SheetState
from reports.history import SeenShare

__all__ = ["Lists"]

_MOST_PAGES = 100_000


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
        pages = _Pages(request.target, table.paging)
        target: str | None = pages.first
        while target is not None:
            response = await http.send(_at(request, target))
            shares, document = self._page(asked, table, response, target)
            for share in shares:
                yield share
            target = pages.after(shares, document, response)

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


class _Pages:
    """Where the next page is. Raises `WorldError` for a list that does not get on."""

    def __init__(self, target: str, paging: PagingTable | None) -> None:
        self._target = target
        self._paging = paging
        self._shares = 0
        self._seen: set[str] = set()

    @property
    def first(self) -> str:
        paging = self._paging
        if paging is None or paging.limit is None:
            return self._target
        return _with(self._target, paging.limit_parameter, str(paging.limit))

    def after(self, shares: Sequence[ShownShare], document: object, response: HttpResponse) -> str | None:
        """The page behind this one; None where there is none."""
        if self._paging is None or (not shares and self._paging.by in {Paging.MARKER, Paging.OFFSET}):
            return None
        self._shares += len(shares)
        if self._paging.by is Paging.LINK:
            return self._new(_link(self._paging, document, response))
        token = self._token(self._paging, shares, document)
        if token is None or self._paging.parameter is None:
            return None
        return self._new(_with(self.first, self._paging.parameter, token))

    def _token(self, paging: PagingTable, shares: Sequence[ShownShare], document: object) -> str | None:
        if paging.by is Paging.CURSOR:
            token = find(document, paging.next or "")
            return None if token is None or token in {"", False} else str(token)
        if paging.limit is not None and len(shares) < paging.limit:
            return None
        return str(self._shares) if paging.by is Paging.OFFSET else shares[-1].id

    def _new(self, target: str | None) -> str | None:
        if target is not None and (target in self._seen or len(self._seen) >= _MOST_PAGES):
            raise WorldError(f"{target}: the list does not get on: it names the same page again")
        if target is not None:
            self._seen.add(target)
        return target


def _with(target: str, parameter: str, value: str) -> str:
    return f"{target}{'&' if '?' in target else '?'}{quote_plus(parameter)}={quote_plus(value)}"


def _link(paging: PagingTable, document: object, response: HttpResponse) -> str | None:
    """Path and query of the next page; of a full URL the host does not count."""
    link = find(document, paging.next) if paging.next is not None else _next_of(response.headers.get("link", ""))
    if not isinstance(link, str) or not link:
        return None
    parts = urlsplit(link)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _next_of(header: str) -> str | None:
    """The target of `<...>; rel="next"` in a `Link` header (RFC 8288)."""
    for link in header.split(","):
        target, _, parameters = link.strip().partition(";")
        if 'rel="next"' in parameters.replace(" ", "") and target.startswith("<"):
            return target.strip("<> ")
    return None


def _at(request: HttpRequest, target: str) -> HttpRequest:
    return HttpRequest(method=request.method, target=target, headers=request.headers, body=request.body)


def _seen(share: ShownShare, asked: str | None, path: str) -> SeenShare:
    location = share.location or asked
    if share.name is None or location is None:
        raise WorldError(f"{path}: a share in the list has no {'name' if share.name is None else 'location'}")
    state = None if share.state is None else str(share.state)
    return SeenShare(location=location, name=share.name, share=share.id, state=state, size=share.size)
