"""The preference `wait` (RFC 7240): a client would rather wait than ask again."""

import re

from starlette.requests import Request

from pipeline.api.bodies import header

__all__ = ["applied_wait", "read_wait"]

_WAIT = re.compile(r'\s*wait\s*=\s*"?([0-9]{1,9})"?\s*(?:;.*)?', re.IGNORECASE)


def read_wait(request: Request, longest: float) -> float | None:
    """Seconds that it is to wait at most; None: not at all. A preference that cannot be read is none (RFC 7240, 2).

    The first of several counts.
    """
    for given in header(request, "prefer"):
        for preference in given.split(","):
            found = _WAIT.fullmatch(preference)
            if found is not None:
                return min(float(found[1]), longest)
    return None


def applied_wait(seconds: float) -> tuple[bytes, bytes]:
    """The header that says for how long it was ready to wait."""
    return b"preference-applied", f"wait={seconds:g}".encode()
