"""Asks the lab's HTTP admin API (RFC 9457 problems become errors)."""

import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from spoolproof.errors import InputError, LabError, WaitError

__all__ = ["Admin", "NoAnswer"]

_PATIENCE = 30.0
"""Seconds for an answer, beyond those that the request itself asks the lab to wait."""


class NoAnswer(Exception):
    """Nobody answers, or the API is about to end."""


class Admin:
    """Where the API is. Each request has a connection of its own, so any thread may ask."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self.token = token

    def ask(
        self,
        method: str,
        *path: str,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, Any] | None = None,
        waits: float = 0.0,
    ) -> Any:
        """The answer's document, None where it has none. waits: seconds that the request asks the lab to wait.

        Raises `InputError`, `WaitError`, `LabError` and `NoAnswer`.
        """
        import json
        from http.client import HTTPConnection, HTTPException

        at = urlsplit(self.url)
        connection = HTTPConnection(at.hostname or "", at.port, timeout=waits + _PATIENCE)
        target = "/" + "/".join(quote(step, safe="") for step in path) + (f"?{urlencode(query)}" if query else "")
        text = None if body is None else json.dumps(body, default=os.fspath)
        try:
            connection.request(method, target, body=text, headers={"Authorization": f"Bearer {self.token}"})
            answer = connection.getresponse()
            status, document = answer.status, answer.read()
        except (HTTPException, OSError) as error:
            raise NoAnswer(str(error)) from error
        finally:
            connection.close()
        found = json.loads(document) if document else None
        if status >= 300:
            raise _error(status, found)
        return found


def _error(status: int, problem: Any) -> Exception:
    detail = problem["detail"]
    match status:
        case 504:
            return WaitError(detail)
        case 503:
            return NoAnswer(detail)
        case 400 | 404 | 409 | 413 | 422:
            return InputError(detail)
        case _:
            return LabError(detail)
