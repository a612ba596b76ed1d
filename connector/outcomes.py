"""How one command ended, as its caller may know it: done, failed for certain, or unknown."""

from dataclasses import dataclass

from connector.codes import CATALOGUE, Code
from connector.operations import Reply
from connector.sites import Site

__all__ = ["Done", "Failed", "Outcome", "Unknown", "refusal"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """Exit status zero and a reply that reads well."""

    reply: Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """It certainly had no effect and will have none. `site`: where the call was stopped."""

    code: Code
    site: Site
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """It may have had its effect, or may still have it. `site`: where the answer was lost."""

    code: Code
    site: Site
    message: str


Outcome = Done | Failed | Unknown


def refusal(code: Code, site: Site, message: str, *, sent: bool) -> Failed | Unknown:
    """`Failed` where the catalogue calls `code` definite or nothing had been `sent`, `Unknown` otherwise."""
    kind = Failed if not sent or CATALOGUE[code].definite else Unknown
    return kind(code=code, site=site, message=message)
