"""What is to be said of deliveries in a world whose spool nobody can interfere with."""

from harness.scenario.scenario import Scenario
from pipeline.settings import Design

__all__ = ["undelivered", "without_spool"]


def undelivered(scenario: Scenario, world: str) -> list[str]:
    """A rule that the world could not keep must not look as if it had been harmless."""
    if scenario.pipeline.design is not Design.SPOOL:
        return []
    return [f"delivery {rule.label!r}: skipped: not supported in the {world} world" for rule in scenario.deliveries]


def without_spool(scenario: Scenario) -> list[str]:
    """What to say where the design itself has no messages."""
    design = scenario.pipeline.design
    if design is Design.SPOOL:
        return []
    return [f"delivery {rule.label!r}: skipped: the {design} design has no spool" for rule in scenario.deliveries]
