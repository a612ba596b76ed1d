"""What the page's forms say, checked; each refusal is a `CannotBreak` that names the field and what is accepted."""

import math
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

from markupsafe import escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from connector.operations import Access, AccessRule
from connector.units import parse_duration, parse_size
from harness.sandbox.named import CannotBreak
from harness.service.reference import is_client

__all__ = [
    "DEFAULT_CLIENT",
    "access_rule_of",
    "choice_of",
    "number_of",
    "read_form",
    "rule_keys",
    "said",
    "seconds_of",
    "size_of",
]

DEFAULT_CLIENT = "192.0.2.1"
"""A client at an address that no host has (RFC 5737): in place of one that is not named."""
_LONGEST = 86_400.0
_LARGEST_FORM = 65_536
_DIGITS = 18
"""Of a size in bytes, at most."""


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a form, of which each counts once."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST_FORM:
            raise CannotBreak(f"a form may have {_LARGEST_FORM} bytes")
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=bool(body)))
    except ValueError as error:
        raise CannotBreak(f"the form cannot be read: {error}") from error


async def rule_keys(request: Request) -> tuple[dict[str, Any], float | None]:
    """The keys of a rule from a form, and for how long it is on. An empty field is a key that is left out."""
    form = await read_form(request)
    wish, seconds = form.pop("for", ""), form.pop("seconds", "")
    keys: dict[str, Any] = {name: _value(text) for name, text in form.items() if text.strip()}
    match wish:
        case "once":
            return {**keys, "first": 1}, None
        case "while":
            return keys, seconds_of(seconds)
        case "":
            return keys, None
        case _:
            raise CannotBreak(f"for: {wish!r} is not accepted; accepted: once, while, or nothing")


def _value(text: str) -> Any:
    """As a scenario file would have it: a number, a list or a table as such, everything else as a text."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def seconds_of(text: str, name: str = "seconds") -> float:
    """A duration such as `5s` or `30`."""
    try:
        seconds = parse_duration(text)
    except ValueError:
        seconds = number_of(text, name, above=0.0, most=_LONGEST, unit=" s, or a duration such as 5s")
    if not 0 < seconds <= _LONGEST:
        raise CannotBreak(f"{name}: from above 0 to {_LONGEST:g} s")
    return seconds


def size_of(form: Mapping[str, str]) -> int:
    """Bytes."""
    text = form.get("size", "").strip() or "1 GiB"
    try:
        size = parse_size(int(text) if text.isascii() and text.isdecimal() and len(text) <= _DIGITS else text)
    except ValueError as error:
        raise CannotBreak(f"size: {error}") from error
    if size < 1:
        raise CannotBreak("size: at least 1 byte")
    return size


def access_rule_of(form: Mapping[str, str]) -> AccessRule:
    """Who is meant, as the reference pipeline accepts it, and what they may do."""
    client = form.get("client", "").strip() or DEFAULT_CLIENT
    if not is_client(client):
        raise CannotBreak(
            f"client: {client!r} is not accepted; accepted: a host name, an address or a network, as 10.0.0.0/8"
        )
    access = form.get("access") or Access.READ_WRITE.value
    return AccessRule(client=client, access=Access(choice_of(access, "access", list(Access))))


def number_of(
    text: str, name: str, *, above: float = -math.inf, least: float = -math.inf, most: float, unit: str = ""
) -> float:
    """A number above `above`, at least `least` and at most `most`."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not (above < number and least <= number <= most):
        from_ = f"at least {least:g}" if math.isfinite(least) else f"above {above:g}"
        raise CannotBreak(f"{name}: {text!r} is not accepted; accepted: a number {from_}, at most {most:g}{unit}")
    return number


def choice_of(text: str, name: str, accepted: Sequence[str]) -> str:
    """One of these words."""
    if text not in accepted:
        raise CannotBreak(f"{name}: {text!r} is not accepted; accepted: {', '.join(accepted)}")
    return text


def said(text: str, status: int = 200) -> Response:
    """What the page says of what was done, for those who see it and those who hear it."""
    return HTMLResponse(str(escape(text)), status_code=status)
