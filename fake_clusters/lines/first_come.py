"""First come, first served."""

from collections import deque

from fake_clusters.ticket import Job

__all__ = ["FirstCome"]


class FirstCome(deque[Job]):
    """Where a place is free nobody waits."""

    __slots__ = ()

    def passes(self, job: Job) -> bool:
        return True

    def next_job(self) -> Job | None:
        return self.popleft() if self else None
