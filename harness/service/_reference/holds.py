"""Holds up a cluster through the reference API, as an operator does."""

import json
from urllib.parse import quote

import httpx

from harness.http_client import HttpClient, HttpRequest
from harness.scenario.nemesis_kinds import HoldAction

__all__ = ["hold_request", "lift_hold", "lift_request", "put_hold"]

_JSON = ("content-type", "application/json")
_OK, _DONE, _NOTHING_THERE = 200, 204, 404


async def put_hold(http: HttpClient, location: str, action: HoldAction) -> bool:
    """Whether the API says that it is in force."""
    seconds = action.duration if action.expires else None
    request = hold_request(location, action.how.value, reason=action.reason, who=action.who, seconds=seconds)
    return await _status(http, request) == _OK


async def lift_hold(http: HttpClient, location: str) -> bool:
    """Whether the API says that it is over, or that there is none."""
    return await _status(http, lift_request(location)) in {_DONE, _NOTHING_THERE}


def hold_request(location: str, kind: str, *, reason: str, who: str, seconds: float | None) -> HttpRequest:
    """seconds None: until it is lifted."""
    body = json.dumps({"kind": kind, "reason": reason, "who": who, "seconds": seconds}).encode()
    return HttpRequest(method="PUT", target=_path(location), headers=(_JSON,), body=body)


def lift_request(location: str) -> HttpRequest:
    """Of the end of what holds it up."""
    return HttpRequest(method="DELETE", target=_path(location))


def _path(location: str) -> str:
    return f"/v1/holds/{quote(location, safe='')}"


async def _status(http: HttpClient, request: HttpRequest) -> int | None:
    try:
        return (await http.send(request)).status
    except httpx.HTTPError:
        return None
