"""For adapters in Python of services that no sheet describes: what is asked, how it is sent, what an answer means.

A module of its own, which `import spoolproof` does not import: unlike that, it needs the libraries of the lab.
"""

from spoolproof._start import put_rooms_last

put_rooms_last()  # for tests of an adapter; in the lab's own processes they are there already

from connector.operations import Access, AccessRule  # noqa: E402
from harness.errors import WorldError as ServiceError  # noqa: E402
from harness.http_client import HttpClient, HttpRequest, HttpResponse  # noqa: E402
from harness.service.access import rule_of  # noqa: E402
from harness.service.answer import Answer  # noqa: E402
from reports.allowances import Allowances  # noqa: E402
from reports.history import Op, OpKind, OpResult, SeenShare  # noqa: E402

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
