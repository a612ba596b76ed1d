"""Class before class: a connector that lets looks pass waiting changes, say. What is in service goes on."""

from collections import deque
from collections.abc import Iterator
from itertools import chain

from fake_clusters.order import Order
from fake_clusters.ticket import Job

__all__ = ["Priority"]


class Priority:
    """While a place is free, no job waits."""

    def __init__(self, order: Order) -> None:
        self._ranks = order.ranks
        self._queues: tuple[deque[Job], ...] = tuple(deque() for _ in range(order.class_count))

    def __len__(self) -> int:
        return sum(map(len, self._queues))

    def __iter__(self) -> Iterator[Job]:
        return chain.from_iterable(self._queues)

    def passes(self, job: Job) -> bool:
        return True

    def append(self, job: Job, /) -> None:
        self._queues[self._ranks[job.request.verb]].append(job)

    def next_job(self) -> Job | None:
        return next((queue.popleft() for queue in self._queues if queue), None)

    def clear(self) -> None:
        for queue in self._queues:
            queue.clear()
