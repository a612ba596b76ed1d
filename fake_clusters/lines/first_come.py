"""First come, first served."""

from collections import deque

from fake_clusters.ticket import Job

__all__ = ["FirstCome"]


class FirstCome(deque[Job]):
    """While a place is free, no job waits."""

    __slots__ = ()

    def passes(self, job: Job) -> bool:
        return True

    def next_job(self) -> Job | None:
        return self.popleft() if self else None
