"""What every line of waiting commands can do."""

from collections.abc import Iterator
from typing import Protocol

from fake_clusters.ticket import Job

__all__ = ["WaitingQueue"]


class WaitingQueue(Protocol):
    """Its length is how many wait. Who gives out the places asks it whenever one is free."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[Job]: ...

    def passes(self, job: Job) -> bool:
        """Whether a command that finds a free place may take it at once, without joining the line."""
        ...

    def append(self, job: Job, /) -> None:
        """Join the line."""
        ...

    def next_job(self) -> Job | None:
        """Take out the job that a free place is for; None where no job may start now."""
        ...

    def clear(self) -> None:
        """All are lost."""
        ...
