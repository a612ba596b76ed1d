"""Requests as a sheet spells them."""

import json
from collections.abc import Mapping
from uuid import UUID

from harness.http_client import HttpRequest
from harness.service.sheet.places import SIZE_PLACES, fill_body, fill_target, fill_text, size_in
from harness.service.sheet.tables import RequestTable, SheetTable
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

_JSON = "application/json"


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
        body = None if table.body is None else fill_body(table.body, places)
        headers = {} if body is None else {"content-type": _JSON}
        if keyed is not None and self._key_header is not None:
            headers[self._key_header] = keyed
        return HttpRequest(
            method=table.method or METHODS.get(asked, "GET"),
            target=fill_target(table.path, places),
            headers=tuple((headers | self.headers(table.headers, places)).items()),
            body=b"" if body is None else json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(),
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


def _as_uuid(key: str) -> str:
    """A key of 32 hexadecimal digits as a UUID is written (RFC 9562); any other as it is."""
    try:
        return str(UUID(hex=key))
    except ValueError:
        return key
