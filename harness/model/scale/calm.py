"""Commands of which everything is known as they are sent: they are served at once, and answered in time.

While a cluster has a place and the processor room for a share, its create begins as it is claimed, and its show as the
create ends, in the place that this leaves; nothing that comes later can change it but a queue, and that cannot form
before the places are full. So no event is due: the share is noted with its end, and counted when room is looked for.
Where it could matter after all what goes on in between, what is noted becomes events, from this instant on: `settle`.

At most one command in hand is no share's, a list; so with two less in hand than the processor is wide there is a slot.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from harness.model.environment import FastEnvironment
from harness.model.scale.share import Cluster, Share
from harness.model.scale.stream import Batch, Row
from harness.model.scale.tally import Tally

__all__ = ["Calm"]

Note = tuple[float, float, float, float, int, Any]
"""ends, asked, began, shown, number, batch; the number is 0 where it is a list."""
_LIST = 0


class Calm:
    """otherwise: told of a share that is to be claimed now, and that it cannot take.

    go_on: told of one that it took, of when its show begins and of when it ends. list_ends: told of a cluster as a list
    has been answered there. ended: told of a share that is to be recorded, and of when it came to active.
    """

    def __init__(
        self, env: FastEnvironment, clusters: Iterable[Cluster], tally: Tally, *, width: int, patience: float
    ) -> None:
        self.otherwise: Callable[[Share], None] = _nothing
        self.go_on: Callable[[Share, float, float], None] = _nothing
        self.list_ends: Callable[[Cluster], None] = _nothing
        self.ended: Callable[[Share, float], None] = _nothing
        self.is_open = True
        self._env = env
        self._clusters = tuple(clusters)
        self._tally = tally
        self._nearly_full = width - 1
        self._patience = patience

    # --- taking -------------------------------------------------------------------------------------------------

    def take(self, batch: Batch, rows: Iterator[Row]) -> None:
        """Shares that are to be claimed now, each in its turn."""
        now, nearly_full = self._env._now, self._nearly_full
        horizon = now + self._patience
        for number, at, cluster, create, show in rows:
            notes = cluster.calm
            noted = len(notes)
            if (noted + cluster.serving < cluster.open and noted + cluster.in_hand < nearly_full) or self._make_room(
                cluster
            ):
                shown = now + create
                ends = shown + show
                if cluster.swings:
                    shown = now + create * cluster.profile.factor(now)
                    ends = shown + show * cluster.profile.factor(shown)
                if ends <= horizon:  # so both are in time
                    notes.append((ends, at, now, shown, number, batch))
                    continue
            self.otherwise(self._share(batch, number))

    def take_list(self, cluster: Cluster, service: float) -> float | None:
        """The same of a list that is to be sent now: when it ends, or None where it cannot be taken."""
        now = self._env._now
        ends = now + service
        if ends > now + self._patience or not self._make_room(cluster):
            return None
        cluster.calm.append((ends, now, now, now, _LIST, None))
        return ends

    def _make_room(self, cluster: Cluster) -> bool:
        if cluster.calm:
            self._count(cluster)
        noted = len(cluster.calm)
        return noted + cluster.serving < cluster.open and noted + cluster.in_hand < self._nearly_full

    # --- counting -----------------------------------------------------------------------------------------------

    def catch_up(self) -> None:
        """The tally tells of all that has ended by now."""
        for cluster in self._clusters:
            if cluster.calm:
                self._count(cluster)

    def _count(self, cluster: Cluster) -> None:
        notes = cluster.calm
        now, tally = self._env._now, self._tally
        every, after = tally.every, tally.after.append
        left: list[Note] = []
        for note in notes:
            if note[0] > now:
                left.append(note)
            elif note[4] % every:
                after(note[0] - note[1])
            else:
                self._count_rare(note)
        tally.calm += len(notes) - len(left)
        notes[:] = left

    def _count_rare(self, note: Note) -> None:
        ends, asked, began, shown, number, batch = note
        if number == _LIST:
            self._tally.calm -= 1
            return
        self._tally.after.append(ends - asked)
        share = batch.share(number)
        share.began, share.shown = began, shown
        self.ended(share, ends)

    # --- settling -----------------------------------------------------------------------------------------------

    def settle(self, cluster: Cluster) -> None:
        """What is under way there comes to its end in events from now on, and is counted as theirs."""
        if not cluster.calm:
            return
        self._count(cluster)
        notes, cluster.calm = cluster.calm, []
        for ends, _, began, shown, number, batch in notes:
            cluster.serving += 1
            cluster.slots -= 1
            if number == _LIST:
                cluster.sweep_is_stale = True
                self._env.call_at(ends, self.list_ends, cluster)
                continue
            cluster.in_hand += 1
            share = self._share(batch, number)
            share.began = began
            self.go_on(share, shown, ends)

    def close(self) -> None:
        """Nothing more is taken: each end matters to all, for somebody waits for room."""
        self.is_open = False
        for cluster in self._clusters:
            self.settle(cluster)
            cluster.open = 0

    def reopen(self) -> None:
        """It may be taken again."""
        self.is_open = True
        for cluster in self._clusters:
            self.welcome(cluster)

    def welcome(self, cluster: Cluster) -> None:
        """It may be taken there, once it is known what the cluster can do."""
        if self.is_open and cluster.is_known:
            cluster.open = cluster.places

    def _share(self, batch: Batch, number: int) -> Share:
        share = batch.share(number)
        if not number % self._tally.every:
            self._tally.watched[number] = share
        return share


def _nothing(*told: object) -> None:
    return
