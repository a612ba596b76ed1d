"""One occasion on which a fault acted: the row that clusters log and the history of a run keeps."""

from dataclasses import dataclass

from connector.operations import Verb
from connector.sites import Site
from connector.values import fast_frozen

__all__ = ["Injection"]


@fast_frozen
@dataclass(frozen=True, slots=True, kw_only=True)
class Injection:
    """number: unique in its list. at: seconds from the start of the load. fault: its kind. label: its rule's name.

    cluster: or the link, where it acted on one. key, verb, attempt: None where it acted on a connection or channel.
    """

    number: int
    at: float
    fault: str
    label: str
    cluster: str
    site: Site
    key: str | None = None
    verb: Verb | None = None
    attempt: int | None = None
