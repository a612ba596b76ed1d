"""Where a gateway says that it gave up: the site and the code of its own 502 and 504."""

from collections.abc import Mapping

from connector.codes import Code
from connector.sites import Site
from harness.http_client import HttpResponse

__all__ = ["GATEWAY_CODES", "gateway_site"]

GATEWAY_CODES: Mapping[int, Code] = {502: Code.LOST, 504: Code.TIMEOUT}
"""What the answers of a gateway that did not get one itself say of the request."""

_TIMEOUT_HEADER = "spoolproof-timeout"
_SITES = {site.value: site for site in Site}


def gateway_site(reply: HttpResponse) -> Site | None:
    """As its header says; a 502 or 504 of one that says nothing was waiting for the reply."""
    said = reply.headers.get(_TIMEOUT_HEADER, "")
    for part in said.split(";"):
        word, _, value = part.strip().partition("=")
        if word == "site" and value in _SITES:
            return _SITES[value]
    return Site.GATEWAY_REPLY if reply.status in GATEWAY_CODES else None
