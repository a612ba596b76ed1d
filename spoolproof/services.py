"""For adapters in Python of services that no sheet describes: what is asked, how it is sent, what an answer means.

A module of its own, which `import spoolproof` does not import: unlike that, it needs the libraries of the lab.
"""

from spoolproof._start import put_rooms_last

put_rooms_last()  # for tests of an adapter; in the lab's own processes they are there already

from connector.operations import Access, AccessRule
from harness.errors import WorldError as ServiceError
from harness.http_client import HttpClient, HttpRequest, HttpResponse
from harness.service.access import rule_of
from harness.service.answer import Answer
from reports.allowances import Allowances
from reports.history import Op, OpKind, OpResult, SeenShare

__all__ = [
    "Access",
    "AccessRule",
    "Allowances",
    "Answer",
    "HttpClient",
    "HttpRequest",
    "HttpResponse",
    "Op",
    "OpKind",
    "OpResult",
    "SeenShare",
    "ServiceError",
    "rule_of",
]
