"""Where the next page of a list is, as a sheet says."""

from urllib.parse import quote_plus, urlsplit

from harness.errors import WorldError
from harness.http_client import HttpRequest, HttpResponse
from harness.service.sheet.pointers import find
from harness.service.sheet.request_tables import PagingTable
from harness.service.sheet.terms import Paging

__all__ = ["Pages"]

_MOST_PAGES = 100_000


class Pages:
    """The targets of the pages of one list. request: for the list; paging None: it has one page."""

    def __init__(self, request: HttpRequest, paging: PagingTable | None) -> None:
        self._request = request
        self._paging = paging
        self._items = 0
        self._seen: set[str] = set()

    @property
    def first(self) -> str:
        paging = self._paging
        if paging is None or paging.limit is None:
            return self._request.target
        return _with(self._request.target, paging.limit_parameter, str(paging.limit))

    def at(self, target: str) -> HttpRequest:
        """The request for one page."""
        request = self._request
        return HttpRequest(method=request.method, target=target, headers=request.headers, body=request.body)

    def after(self, items: int, last: str | None, document: object, response: HttpResponse) -> str | None:
        """The page behind this one, of so many items, and the id of its last; None where there is none.

        Raises `WorldError` for a list that does not get on.
        """
        if self._paging is None or (not items and self._paging.by in {Paging.MARKER, Paging.OFFSET}):
            return None
        self._items += items
        if self._paging.by is Paging.LINK:
            return self._new(_link(self._paging, document, response))
        token = self._token(self._paging, items, last, document)
        if token is None or self._paging.parameter is None:
            return None
        return self._new(_with(self.first, self._paging.parameter, token))

    def _token(self, paging: PagingTable, items: int, last: str | None, document: object) -> str | None:
        if paging.by is Paging.CURSOR:
            token = find(document, paging.next or "")
            return None if token is None or token in {"", False} else str(token)
        if paging.limit is not None and items < paging.limit:
            return None
        return str(self._items) if paging.by is Paging.OFFSET else last

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
