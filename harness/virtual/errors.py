"""The errors of the virtual world.

VirtualError
└── Deadlock    nothing is ready and no timer is left

ServiceUnavailable
└── LeavesVirtualTime   a service did what virtual time cannot carry

WorldError (harness/errors.py)
├── Livelock    tasks run for ever, and virtual time does not advance
└── RunHalted   whoever waits for the run wants it no longer
"""

from harness.errors import HarnessError, ServiceUnavailable, WorldError

__all__ = ["Deadlock", "LeavesVirtualTime", "Livelock", "RunHalted", "VirtualError"]


class VirtualError(HarnessError):
    """The root of what this package raises."""


class Deadlock(VirtualError):
    """The run is stuck; `waiting` names each task and the line at which it waits."""

    def __init__(self, at: float, waiting: tuple[str, ...]) -> None:
        lines = "\n  ".join(waiting) or "no task is left"
        super().__init__(f"stuck at {at:g} s: nothing is ready and no timer is set; waiting:\n  {lines}")
        self.at = at
        self.waiting = waiting


class LeavesVirtualTime(ServiceUnavailable):
    """The code of a service did what virtual time cannot carry; names the part, the line, and what to do instead."""


class Livelock(WorldError):
    """The run does not get past an instant; `busiest` names the tasks that run most, each with the line it is at."""

    def __init__(self, at: float, turns: int, busiest: tuple[str, ...]) -> None:
        super().__init__(
            f"livelock at {at:g} s of virtual time, which did not advance in {turns} turns of the loop;"
            f" busiest: {'; '.join(busiest)}"
        )
        self.at = at
        self.busiest = busiest


class RunHalted(WorldError):
    """The run was ended in the middle, on request."""
