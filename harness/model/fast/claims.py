"""The processor's looks at the spool, its scans for what is due, and which share it works on in the room that there is.

One thing is left out: while no cluster at all has room a processor takes no hints, so that the first one to be free may
get a later record before an earlier one. Here it is always the earlier; or, where that is said to matter, it is an end.
"""

from collections.abc import Callable
from heapq import heappop, heappush
from math import inf

from harness.model.environment import FastEnvironment
from harness.model.fast.eligible import NotEligible
from harness.model.fast.foreseen import ForeseenCommands
from harness.model.fast.share import FastCluster, Share
from harness.model.fast.spool import FastSpool
from harness.model.fast.upkeep import Upkeep

__all__ = ["Claims"]

_POLL = 0.05
_LONGEST_WAIT = 0.5


class Claims:
    """width: shares worked on at once, per cluster.

    create: begins the work on a share, or goes on with it. accept: told, in the order of arrivals, of each that a fault
    may strike. most_full: clusters that may have no room at the same time.
    """

    create: Callable[[Share], None]
    accept: Callable[[Share], None]

    def __init__(
        self, env: FastEnvironment, spool: FastSpool, calm: ForeseenCommands, upkeep: Upkeep, *, width: int, scan: float
    ) -> None:
        self.env = self._env = env
        self._spool = spool
        self._calm = calm
        self._upkeep = upkeep
        self._width = width
        self._nearly_full = width - 1
        self._scan = scan
        self._longest_wait = min(scan, _LONGEST_WAIT)
        self._due: list[tuple[float, int, Share]] = []
        self.most_full: float = inf
        self._full = 0
        self._found = False
        self.was_crowded = False
        self._take_ends = 0.0
        self._next_scan = inf
        self._waking = False
        calm.otherwise = self._hand

    def start(self) -> None:
        """Looks and scans begin now."""
        self._take_ends = self._env._now + self._longest_wait
        self._look_at(self._next_look(self._env._now))
        self._scan_now()

    def later(self, share: Share, due_at: float) -> None:
        """Nobody takes it up before that instant."""
        heappush(self._due, (due_at, share.number, share))

    def let_go(self, share: Share) -> None:
        """It is done with, for good or for now; whoever waits for room gets it."""
        cluster = share.cluster
        if cluster.in_hand == self._width:
            self._full -= 1
        cluster.in_hand -= 1
        if self.was_crowded:  # else nobody was full when last looked at, nor has anyone become so since
            self._scan_now()  # first: what is due by now may have been due for longer than what waits for room
            self._fill(cluster)

    # --- looks --------------------------------------------------------------------------------------------------

    def _look(self, argument: object) -> None:
        """One look, and those after it for as long as nothing else happens in between."""
        env, spool = self._env, self._spool
        while True:
            if spool.next_at < env._now or self._found:
                self._hand_all(self._leap)
                self._found = False
                self._take_ends = env._now + self._longest_wait
            following = self._next_look(min(env.next_due(), spool.next_at))
            if not env.leap(following):
                self.was_crowded = self._full > 0
                self._look_at(following)
                return

    def _look_at(self, at: float) -> None:
        """What was taken is claimed, and what was claimed begun, when all else of that instant has happened."""
        self._env.last_at(at, self._look, turns=2)

    def _next_look(self, until: float) -> float:
        """The first after `until`: those before it find nothing, and one at it does not find what is accepted then."""
        at, ends = self._env._now, self._take_ends
        while True:
            remaining = ends - at
            if remaining <= 0:
                ends = at + self._longest_wait
                remaining = ends - at
            at += remaining if remaining < _POLL else _POLL  # noqa: FURB136 - `min` would cost as much as the rest
            if at > until:
                self._take_ends = ends
                return at

    def _leap(self, until: float) -> bool:
        """All is handed: go on to the look that finds what is accepted at `until`, if nothing else happens before."""
        env = self._env
        if env.next_due() <= until:
            return False
        self._take_ends = env._now + self._longest_wait
        return env.leap(self._next_look(until))

    def _hand_all(self, leap: Callable[[float], bool]) -> None:
        env, spool = self._env, self._spool
        while spool.next_at <= env._now:
            spool.taken(self._calm.take(*spool.some(), leap, env._now))

    def _hand(self, share: Share) -> None:
        cluster = share.cluster
        self._calm.join(cluster)
        if share.is_struck:
            self.accept(share)
        if cluster.in_hand < self._nearly_full and cluster.is_known:
            cluster.in_hand += 1  # what `_claim` does most often
            self.create(share)
        elif cluster.in_hand < self._width and not cluster.ready:
            self._claim(share)
        else:
            heappush(cluster.ready, (share.asked, share.number, share))

    # --- scans --------------------------------------------------------------------------------------------------

    def _scan_now(self) -> None:
        """Take up what is due, and what waits where there is room by now; then wait for the next scan."""
        now, due, spool = self._env._now, self._due, self._spool
        while due and due[0][0] <= now:  # the one that has been due longest comes first, new or not
            at, number, share = heappop(due)
            if spool.next_at < at:
                self._find(at)
            heappush(share.cluster.ready, (at, number, share))
            self._fill(share.cluster)
        if spool.next_at < now:
            self._find(now)
        self.was_crowded = self._full > 0
        self._next_scan = now + self._scan
        if not self._waking:
            self._waking = True
            self._env.call_at(self._next_scan, self._scan_due)

    def _scan_due(self, argument: object) -> None:
        if self._env._now < self._next_scan:  # a wake-up in between has put the scan off
            self._env.call_at(self._next_scan, self._scan_due)
            return
        self._waking = False
        self._scan_now()
        if not self._full and not self._calm.is_open:  # not any sooner: it would close again at once
            self._calm.reopen()

    def _find(self, until: float) -> None:
        """A scan finds records that nobody has looked for; who looks at the spool will still find the messages."""
        self._found = True
        spool = self._spool
        while spool.next_at < until:
            spool.taken(self._calm.take(*spool.some(), _stay, until))

    def _fill(self, cluster: FastCluster) -> None:
        """Whoever waits for room there gets what there is."""
        if cluster.ready:
            self._calm.settle(cluster)
        while cluster.ready and cluster.in_hand < self._width:
            self._claim(heappop(cluster.ready)[2])

    def _claim(self, share: Share) -> None:
        cluster = share.cluster
        cluster.in_hand += 1
        if cluster.in_hand == self._width:
            self._full += 1
            if self._full > self.most_full:
                raise NotEligible("no cluster has room")
            self.was_crowded = True
            if self._calm.is_open:
                self._calm.close()
        self._env.last_at(self._env._now, self._begin, share)

    def _begin(self, share: Share) -> None:
        """Work on what has been claimed, when all else of this instant has happened."""
        if share.cluster.is_known:
            self.create(share)
        else:
            self._upkeep.learn(share.cluster, lambda: self.create(share))


def _stay(until: float) -> bool:
    return False
