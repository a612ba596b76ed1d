"""The run's clock: seconds since the load began, for instants of the loop and for Unix instants of other processes."""

import asyncio
from dataclasses import dataclass

from connector.clock import Clock

__all__ = ["RunClock"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunClock:
    """began: the Unix instant at which the load begins; what comes before it is negative."""

    clock: Clock
    began: float

    @classmethod
    def starting_in(cls, seconds: float, clock: Clock) -> "RunClock":
        """A run whose load begins so many seconds from now."""
        return cls(clock=clock, began=clock() + seconds)

    def now(self) -> float:
        return self.clock() - self.began

    def of_unix(self, instant: float) -> float:
        """A Unix instant in the run's seconds."""
        return instant - self.began

    async def until(self, instant: float) -> None:
        """Wait for an instant of the run."""
        await asyncio.sleep(max(0.0, instant - self.now()))
