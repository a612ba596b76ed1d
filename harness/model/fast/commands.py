"""Commands at the clusters of the fast path: a slot to be sent in, a place to be served in, a queue, a deadline."""

from collections.abc import Callable
from functools import partial

from harness.model.environment import FastEnvironment
from harness.model.fast.foreseen import ForeseenCommands
from harness.model.fast.share import FastCluster

__all__ = ["Commands", "Entry"]


class Entry:
    """A command that waits in a cluster's queue. end: what to do when it was served in time, or given up.

    started: its end is certain to come in time.
    """

    __slots__ = ("cluster", "end", "given_up", "late", "late_at", "started", "starts", "work")

    def __init__(
        self,
        cluster: FastCluster,
        work: float,
        late_at: float,
        *,
        end: Callable[[], None],
        late: Callable[[], None],
        starts: Callable[[], Callable[[], None]] | None = None,
    ) -> None:
        self.cluster = cluster
        self.work = work
        self.late_at = late_at
        self.end = end
        self.late = late
        self.starts = starts
        self.started = False
        self.given_up = False


class Commands:
    """patience: seconds that the processor waits for an answer."""

    def __init__(self, env: FastEnvironment, calm: ForeseenCommands, *, patience: float) -> None:
        self.patience = patience
        self._env = env
        self._calm = calm

    def in_slot(self, cluster: FastCluster, go: Callable[[], None]) -> None:
        """As soon as a command may be sent; its slot is taken then."""
        self._calm.settle(cluster)
        if cluster.slots:
            cluster.slots -= 1
            go()
        else:
            cluster.waiting.append(lambda: self.in_slot(cluster, go))

    def free_slot(self, cluster: FastCluster) -> None:
        """Whoever has waited for one gets it."""
        cluster.slots += 1
        if cluster.waiting:
            cluster.waiting.popleft()()

    def free_place(self, cluster: FastCluster) -> None:
        """The next of the queue is served."""
        cluster.serving -= 1
        while cluster.queue and cluster.serving < cluster.places:
            cluster.queue.popleft()()

    def serve(
        self,
        cluster: FastCluster,
        work: float,
        end: Callable[[], None],
        late: Callable[[], None],
        starts: Callable[[], Callable[[], None]] | None = None,
        *,
        patience: float | None = None,
    ) -> None:
        """A command of so much work in its slot: `end` when it is answered in time, else `late` at its deadline.

        patience: seconds for this one, where they are others. starts: called as its service begins; what it returns is
        called as the service ends, heard or not.
        """
        self._calm.settle(cluster)
        late_at = self._env._now + (self.patience if patience is None else patience)
        entry = Entry(cluster, work, late_at, end=end, late=late, starts=starts)
        if cluster.serving < cluster.places:
            self._serve(entry)
        else:
            cluster.queue.append(partial(self._serve, entry))
        if not entry.started:
            self._env.deadline_at(entry.late_at, self._give_up, entry)

    def _serve(self, entry: Entry) -> None:
        cluster, now = entry.cluster, self._env._now
        ends = now + cluster.with_phases(entry.work, now)
        entry.started = ends < entry.late_at and not entry.given_up
        cluster.serving += 1
        effect = None if entry.starts is None else entry.starts()

        def ended(argument: object) -> None:
            if effect is not None:
                effect()
            self.free_place(entry.cluster)
            if entry.started and not entry.given_up:
                entry.end()

        self._env.call_at(ends, ended)

    def _give_up(self, entry: Entry) -> None:
        if not entry.started:
            entry.given_up = True
            self.free_slot(entry.cluster)
            entry.late()
