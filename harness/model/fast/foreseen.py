"""Commands of which everything is known as they are sent: they are served at once, and answered in time.

While a cluster has a place and the processor room for a share, its create begins as it is claimed, and its show as the
create ends, in the place that this leaves; nothing that comes later can change it but a queue, and that cannot form
before the places are full. So no event is due: the share is noted with its end, and counted when room is looked for.
Where it could matter after all what goes on in between, what is noted becomes events, from this instant on: `settle`.

At most one command in hand is no share's, a list; so with two less in hand than the processor is wide there is a slot.
So there is for a share that is not calm, beside what is noted: as long as there is room for both, each leaves the other
what it needs.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from harness.model.environment import FastEnvironment
from harness.model.fast.share import FastCluster, Share
from harness.model.fast.stream import Batch, Row
from harness.model.fast.tally import Tally

__all__ = ["ForeseenCommands"]

Note = tuple[float, float, float, int, Any]
"""ends, asked, began, number, batch; or, where the number is 0, a share that is to be recorded."""
_WATCHED = 0


class ForeseenCommands:
    """otherwise: told of a share that is to be claimed now, and that it cannot take.

    go_on: told of one that it took, and of when its show ends. ended: told of a share that is to be recorded, and of
    when it came to active.
    """

    otherwise: Callable[[Share], None]
    go_on: Callable[[Share, float], None]
    ended: Callable[[Share, float], None]

    def __init__(
        self, env: FastEnvironment, clusters: Iterable[FastCluster], tally: Tally, *, width: int, patience: float
    ) -> None:
        self.is_open = True
        self._env = env
        self._clusters = tuple(clusters)
        self._tally = tally
        self._nearly_full = width - 1
        self._recorded = tally.every
        self._patience = patience

    # --- taking -------------------------------------------------------------------------------------------------

    def take(self, batch: Batch, rows: Iterator[Row], leap: Callable[[float], bool], until: float) -> int:
        """Shares that are to be claimed, each in its turn, those accepted `until` then now; the number of the last is
        returned.

        leap: goes on to when one is claimed that is accepted then, if nothing else happens before; or says that it is
        not for now.
        """
        env, number = self._env, 0
        now = env._now
        horizon, special = now + self._patience, self._special(batch)
        for number, at, cluster, create, show, following in rows:
            notes = cluster.calm
            if (
                number != special
                and (len(notes) < cluster.room or (self._make_room(cluster) and not cluster.latency_phases))
                and (ends := now + create + show) < horizon  # so both are in time
            ):
                notes.append((ends, at, now, number, batch))
            else:
                self._take_one(batch, number)
                special = self._special(batch)
            if following > until:
                if not leap(following):
                    break
                until = now = env._now
                horizon = now + self._patience
        return number

    def _special(self, batch: Batch) -> int:
        """The next that is to be recorded, or that a fault may strike."""
        struck = batch.struck
        return struck[-1] if struck and struck[-1] < self._recorded else self._recorded

    def _take_one(self, batch: Batch, number: int) -> None:
        """One that is to be recorded or that a fault may strike, or for which there may be no room or too little time,
        or whose cluster has latency phases."""
        share, now = batch.share(number), self._env._now
        share.is_struck = bool(batch.struck) and batch.struck[-1] == number
        is_recorded = number == self._recorded
        if is_recorded:
            self._recorded += self._tally.every
        if share.is_struck:
            batch.struck.pop()
            self.otherwise(share)
            return
        if is_recorded:
            self._tally.watched[number] = share
        share.began = now
        if self._make_room(share.cluster):
            ends = share.foresee()
            if ends < now + self._patience:
                whom = (_WATCHED, share) if is_recorded else (number, batch)
                share.cluster.calm.append((ends, share.asked, now, *whom))
                return
        self.otherwise(share)

    def _make_room(self, cluster: FastCluster) -> bool:
        room = min(cluster.open - cluster.serving(self._env._now), self._nearly_full - cluster.in_hand)
        if len(cluster.calm) >= room:
            self._count(cluster)
        if not cluster.latency_phases:
            cluster.room = room  # until something else begins there
        return len(cluster.calm) < room

    # --- beside what is taken -----------------------------------------------------------------------------------

    def join(self, cluster: FastCluster) -> None:
        """One more share is claimed there, and its commands are events: what is noted stays so if there is room."""
        if not self._make_room(cluster):
            self.settle(cluster)
        cluster.room = 0

    def starts(self, cluster: FastCluster) -> float:
        """When a command is served that is sent now; who sends it occupies its place."""
        now = self._env._now
        serving = cluster.serving(now)
        if cluster.calm and serving + len(cluster.calm) >= cluster.places:
            self._count(cluster)
            if serving + len(cluster.calm) >= cluster.places:
                self.settle(cluster)
                serving = len(cluster.busy)
        cluster.room = 0
        return now if serving < cluster.places else cluster.busy[0]

    # --- counting -----------------------------------------------------------------------------------------------

    def catch_up(self) -> None:
        """The tally tells of all that has ended by now."""
        for cluster in self._clusters:
            if cluster.calm:
                self._count(cluster)

    def _count(self, cluster: FastCluster) -> None:
        notes = cluster.calm
        now, tally = self._env._now, self._tally
        after = tally.after.append
        left: list[Note] = []
        for note in notes:
            if note[0] > now:
                left.append(note)
            elif note[3]:
                after(note[0] - note[1])
            else:
                after(note[0] - note[1])
                self.ended(note[4], note[0])
        tally.calm += len(notes) - len(left)
        notes[:] = left

    # --- settling -----------------------------------------------------------------------------------------------

    def settle(self, cluster: FastCluster) -> None:
        """What is under way there comes to its end in events from now on, and is counted as theirs."""
        cluster.room = 0
        if not cluster.calm:
            return
        self._count(cluster)
        notes, cluster.calm = cluster.calm, []
        for ends, _, began, number, whom in notes:
            share = whom.share(number) if number else whom
            share.began = began
            share.foresee()
            cluster.in_hand += 1
            cluster.slots -= 1
            cluster.occupy(share.shown if share.shown > self._env._now else ends)
            self.go_on(share, ends)

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

    def welcome(self, cluster: FastCluster) -> None:
        """It may be taken there, once it is known what the cluster can do."""
        if self.is_open and cluster.is_known:
            cluster.open = cluster.places
