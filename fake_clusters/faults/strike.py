"""One occasion on which a fault struck: the injector's log, from which the harness makes its injections."""

from dataclasses import dataclass

from connector.operations import Verb
from connector.sites import Site

__all__ = ["Strike"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Strike:
    """A plan was bent. number: unique in the log. at: model seconds. key, verb: None for connections and channels."""

    number: int
    at: float
    fault: str
    label: str
    cluster: str
    site: Site
    key: str | None = None
    verb: Verb | None = None
    attempt: int | None = None
