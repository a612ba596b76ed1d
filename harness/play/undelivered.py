"""What is to be said of deliveries in a world whose spool nobody can interfere with."""

from harness.scenario.scenario import Scenario

__all__ = ["undelivered"]


def undelivered(scenario: Scenario) -> list[str]:
    """A rule that could not be kept must not look as if it had been harmless."""
    return [
        f"delivery {rule.label!r}: skipped: messages cannot be delayed, repeated or lost in this world"
        for rule in scenario.deliveries
    ]
