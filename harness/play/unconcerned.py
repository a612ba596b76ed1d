"""What is to be said of arrivals that came to nothing: there was no share that they could concern."""

from collections.abc import Mapping

from harness.scenario.scenario import WorkloadKind

__all__ = ["unconcerned"]

_LACKING: Mapping[WorkloadKind, str] = {
    WorkloadKind.DELETE: "no active share to delete yet",
    WorkloadKind.RESIZE: "no active share to resize yet",
    WorkloadKind.RECREATE: "no removed share whose name is free yet",
    WorkloadKind.PREMATURE: "no pending share yet",
}


def unconcerned(skipped: Mapping[WorkloadKind, int]) -> list[str]:
    """So that nobody misses them among the ops. skipped: how many, by what they would have done."""
    return [
        f"{count} {kind} skipped: {_LACKING.get(kind, 'no create to repeat yet')}" for kind, count in skipped.items()
    ]
