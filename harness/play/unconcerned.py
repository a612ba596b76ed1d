"""What is to be said of arrivals that came to nothing: there was no share that they could concern."""

from collections.abc import Mapping

from harness.scenario.scenario import WorkloadKind

__all__ = ["unconcerned"]


def unconcerned(skipped: Mapping[WorkloadKind, int]) -> list[str]:
    """So that nobody misses them among the ops. skipped: how many, by what they would have done."""
    return [f"arrivals without a share to concern: {count} ({kind})" for kind, count in skipped.items()]
