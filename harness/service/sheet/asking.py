"""Requests as a sheet spells them."""

import json
from collections.abc import Mapping
from urllib.parse import urlencode
from uuid import UUID

from harness.http_client import HttpRequest
from harness.service.sheet.places import SIZE_PLACES, fill_body, fill_form, fill_target, fill_text, size_in
from harness.service.sheet.request_tables import RequestTable
from harness.service.sheet.tables import SheetTable
from harness.service.sheet.terms import SheetRequest

__all__ = ["KEYED", "METHODS", "Asking", "places_of_share"]

METHODS: Mapping[SheetRequest, str] = {
    SheetRequest.CREATE: "POST",
    SheetRequest.ALLOW: "POST",
    SheetRequest.RESIZE: "PATCH",
    SheetRequest.DELETE: "DELETE",
    SheetRequest.DENY: "DELETE",
}
"""What a request is asked with where a sheet does not say; the others with GET."""

KEYED = frozenset(
    {SheetRequest.CREATE, SheetRequest.RESIZE, SheetRequest.DELETE, SheetRequest.ALLOW, SheetRequest.DENY}
)
"""The requests that change something: they carry the idempotency key."""

_JSON, _FORM = "application/json", "application/x-www-form-urlencoded"


def places_of_share(location: str, name: str, *, size: int | None = None) -> dict[str, object]:
    """The places of a request about a share. size: bytes."""
    sizes = {} if size is None else {place: size_in(size, unit) for place, unit in SIZE_PLACES.items()}
    return {"location": location, "name": name, **sizes}


class Asking:
    """Spells requests. environment: the variables that the sheet names. Header values may be secret."""

    def __init__(self, sheet: SheetTable, environment: Mapping[str, str]) -> None:
        self._common = sheet.headers
        self._key_header = None if sheet.idempotency is None else sheet.idempotency.header.lower()
        self._environment = {f"env.{name}": value for name, value in environment.items()}

    def spell(
        self, asked: SheetRequest, table: RequestTable, places: Mapping[str, object], *, key: str | None = None
    ) -> HttpRequest:
        """The request of a table with its places filled."""
        keyed = key if asked in KEYED else None
        places = {**places, "key": keyed or "", "key_uuid": _as_uuid(keyed or "")}
        media, body = _body(table, places)
        headers = {} if media is None else {"content-type": media}
        if keyed is not None and self._key_header is not None:
            headers[self._key_header] = keyed
        return HttpRequest(
            method=table.method or METHODS.get(asked, "GET"),
            target=fill_target(table.path, places),
            headers=tuple((headers | self.headers(table.headers, places)).items()),
            body=body,
        )

    def without_secrets(self, text: str) -> str:
        """The same text; where it repeats a variable of the environment there are stars."""
        for secret in self._environment.values():
            text = text.replace(secret, "***")
        return text

    def headers(self, own: Mapping[str, str], places: Mapping[str, object]) -> dict[str, str]:
        """Those of all requests, and the request's own; names in lower case."""
        values = {**self._environment, **places}
        return {name.lower(): fill_text(template, values) for name, template in {**self._common, **own}.items()}


def _body(table: RequestTable, places: Mapping[str, object]) -> tuple[str | None, bytes]:
    """The content type of a body, and its bytes; None of a request without one."""
    if table.form is not None:
        return _FORM, urlencode(fill_form(table.form, places), doseq=True).encode()
    if table.body is None:
        return None, b""
    return _JSON, json.dumps(fill_body(table.body, places), ensure_ascii=False, separators=(",", ":")).encode()


def _as_uuid(key: str) -> str:
    """A key of 32 hexadecimal digits as a UUID is written (RFC 9562); any other as it is."""
    try:
        return str(UUID(hex=key))
    except ValueError:
        return key
