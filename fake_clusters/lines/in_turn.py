"""Class after class: a controller goes from queue to queue, for ever, and serves what waits at each.

In the books a polling system. The controller gives out the places: where it is and a place is free, whoever waits
there starts; it leaves when it has a place to give and nobody to give it to. With one place it so stays until the last
has been served.
"""

from collections import deque
from collections.abc import Callable, Iterator
from itertools import chain
from math import floor, inf

from simpy import Environment, Event

from fake_clusters.order import Order, Visits
from fake_clusters.ticket import Job

__all__ = ["InTurn"]


class InTurn:
    """ready: called when the controller comes to a queue.

    It is on its way also while nobody waits; where it is by then is only worked out when somebody comes. So an idle
    cluster has no events.
    """

    def __init__(self, order: Order, env: Environment, ready: Callable[[], None]) -> None:
        self._env = env
        self._ready = ready
        self._ranks = order.ranks
        self._switch = order.switch
        self._gated = order.visits is Visits.GATED
        self._queues: tuple[deque[Job], ...] = tuple(deque() for _ in range(order.class_count))
        self._waiting = 0
        self._trip = 0
        self._set_off()

    def __len__(self) -> int:
        return self._waiting

    def __iter__(self) -> Iterator[Job]:
        return chain.from_iterable(self._queues)

    def passes(self, job: Job) -> bool:
        """A controller that needs no time for its way is there at once, where nobody else wants it."""
        if self._switch > 0:
            return False
        self._stop_at(self._ranks[job.request.verb])
        return True

    def append(self, job: Job, /) -> None:
        self._queues[self._ranks[job.request.verb]].append(job)
        self._waiting += 1
        if self._left is not None and not self._coming:
            self._go_on(self._left)

    def next_job(self) -> Job | None:
        if self._left is not None:
            return None
        job = self._take()
        if job is None and self._switch > 0:
            self._leave()
        elif job is None:
            job = self._take_elsewhere()
        return job

    def clear(self) -> None:
        for queue in self._queues:
            queue.clear()
        self._waiting = 0
        self._set_off()

    def _set_off(self) -> None:
        """Towards the first queue, as at the very beginning."""
        self._trip += 1
        self._at = len(self._queues) - 1
        self._admitted: float = 0.0
        self._left: float | None = self._env.now if self._switch > 0 else None
        self._coming = False

    def _take(self) -> Job | None:
        """The next of the queue that it stands at, unless its visit is over."""
        queue = self._queues[self._at]
        if not queue or self._admitted <= 0:
            return None
        self._admitted -= 1
        self._waiting -= 1
        return queue.popleft()

    def _take_elsewhere(self) -> Job | None:
        """Where the way takes no time, it goes once round in this instant."""
        for _ in self._queues:
            self._stop_at((self._at + 1) % len(self._queues))
            if (job := self._take()) is not None:
                return job
        return None

    def _stop_at(self, place: int) -> None:
        self._at, self._left, self._coming = place, None, False
        self._admitted = len(self._queues[place]) if self._gated else inf

    def _leave(self) -> None:
        self._left = self._env.now
        if self._waiting:
            self._go_on(self._left)

    def _go_on(self, left: float) -> None:
        """Come to the next queue. It may have passed some since it left one with nobody waiting anywhere."""
        passed = floor((self._env.now - left) / self._switch)
        place = (self._at + passed + 1) % len(self._queues)
        trip, self._coming = self._trip, True

        def come(event: Event) -> None:
            if trip == self._trip:
                self._stop_at(place)
                self._ready()

        due = left + (passed + 1) * self._switch
        self._env.timeout(max(0.0, due - self._env.now)).callbacks.append(come)
