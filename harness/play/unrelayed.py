"""Toxics in a world that has no relay where they should be."""

from collections.abc import Collection

from harness.scenario.scenario import Scenario
from harness.toxics.links import covers

__all__ = ["unrelayed"]


def unrelayed(scenario: Scenario, links: Collection[str], world: str) -> list[str]:
    """A toxic that could not be anywhere must not look as if it had been harmless. links: those that have a relay."""
    return [
        f"toxic {rule.label!r} on {rule.link}: skipped: not supported in the {world} world"
        for rule in scenario.toxics
        if not any(covers(rule.link, link) for link in links)
    ]
