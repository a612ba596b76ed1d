"""The errors of the virtual world.

VirtualError
└── Deadlock    nothing is ready and no timer is left

ServiceUnavailable
└── LeavesVirtualTime   a service did what virtual time cannot carry
"""

from harness.errors import HarnessError, ServiceUnavailable

__all__ = ["Deadlock", "LeavesVirtualTime", "VirtualError"]


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
