"""The pipeline and its clusters for calm creates: a claim, a create, a show, and the share is active.

Each instant is the sum that the twin which goes part for part would come to. What does not go so (a deadline that
runs out, above all) is handed to `Troubles`, which decides by the pipeline's own tables. One thing is left out: while
no cluster at all has room a processor takes no hints, so that the first one to be free may get a later record before
an earlier one. Here it is always the earlier.
"""

from collections import deque
from collections.abc import Callable, Mapping
from heapq import heappop, heappush
from math import inf
from typing import Any

from connector.operations import Verb
from harness.model.environment import FastEnvironment
from harness.model.scale.share import Cluster, Share
from harness.model.scale.tally import Tally
from pipeline.processor.processor import deadlines_of
from pipeline.settings import PipelineSettings

__all__ = ["Entry", "NotCalm", "Quick"]

_POLL = 0.05
_LONGEST_WAIT = 0.5


class Entry:
    """A command that waits in a cluster's queue. end: what to do when it was served in time, or given up.

    started: its end is certain to come in time.
    """

    __slots__ = ("cluster", "end", "given_up", "late", "late_at", "service", "started", "starts")

    def __init__(
        self,
        cluster: Cluster,
        service: float,
        late_at: float,
        *,
        end: Callable[[], None],
        late: Callable[[], None],
        starts: Callable[[], Callable[[], None]] | None = None,
    ) -> None:
        self.cluster = cluster
        self.service = service
        self.late_at = late_at
        self.end = end
        self.late = late
        self.starts = starts
        self.started = False
        self.given_up = False


class Quick:
    """given_up: told of a share whose create (False) or show (True) ran out of time. starts: as for `serve`, of a
    create that had to wait. claimed: told of a claim on a share in trouble. ended: told of each that came to active and
    is to be recorded. messages: the spool; whoever accepts a create appends it."""

    def __init__(
        self,
        env: FastEnvironment,
        settings: PipelineSettings,
        clusters: Mapping[str, Cluster],
        tally: Tally,
    ) -> None:
        self.env = env
        self.tally = tally
        self.clusters = clusters
        self.given_up: Callable[[Share, bool], None] = _unforeseen
        self.starts: Callable[[Share], Callable[[], None]] = _unforeseen_start
        self.claimed: Callable[[Share], None] = _nothing
        self.ended: Callable[[Share], None] = _nothing
        self._width = min(settings.processor.workers, settings.command.connections * settings.command.sessions)
        self._nearly_full = self._width - 1
        self._patience = deadlines_of(settings.command).command
        self._scan = settings.processor.scan
        self._sweep = settings.sweeper.every
        self.messages: deque[Share] = deque()
        self._due: list[tuple[float, int, Share]] = []
        self._full = 0
        self._found = False
        self._creates = 0
        self._shows = 0
        self._every = tally.every
        self._after = tally.after.append
        self._was_crowded = False
        self._take_ends = 0.0
        self._next_scan = inf
        self._waking = False
        self._heap = env.heap
        self._order = env.order
        self._counts = tally.commands

    def start(self) -> None:
        """The processor's looks, scans and sweeps begin now."""
        for cluster in self.clusters.values():
            self.env.call_in(self._sweep, self._sweep_now, cluster)
        self._begin_take(None)
        self._scan_now()

    def finish(self) -> None:
        """Write into the tally what was counted apart from it."""
        counts = self.tally.commands
        counts[Verb.CREATE] += self._creates
        counts[Verb.SHOW] += self._shows
        self._creates = self._shows = 0

    # --- hints, scans and claims --------------------------------------------------------------------------------

    def _begin_take(self, argument: object) -> None:
        self._take_ends = self.env._now + min(self._scan, _LONGEST_WAIT)
        self._look(None)

    def _look(self, argument: object) -> None:
        env = self.env
        now = env._now
        if self.messages or self._found:
            self._hand_all()
            self._found = False
            self._take_ends = now + min(self._scan, _LONGEST_WAIT)
        remaining = self._take_ends - now
        if remaining <= 0:
            self._take_ends = now + min(self._scan, _LONGEST_WAIT)
            remaining = self._take_ends - now
        self._was_crowded = self._full > 0
        env.call_in(min(remaining, _POLL), self._look)

    def _hand_all(self) -> None:
        messages = self.messages
        while messages:
            share = messages.popleft()
            cluster = share.cluster
            if cluster.in_hand < self._nearly_full and cluster.is_known:
                cluster.in_hand += 1  # what `claim` does most often
                self._create(share)
            elif cluster.in_hand < self._width and not cluster.ready:
                self.claim(share)
            else:
                heappush(cluster.ready, (share.asked, share.number, share))

    def later(self, share: Share, due_at: float) -> None:
        """Nobody takes it up before that instant."""
        heappush(self._due, (due_at, share.number, share))

    def _scan_now(self) -> None:
        """Take up what is due, and what waits where there is room by now; then wait for the next scan."""
        now, due = self.env._now, self._due
        if self.messages:  # a scan finds their records; who looks at the spool will still find the messages
            self._found = True
            self._hand_all()
        while due and due[0][0] <= now:
            at, number, share = heappop(due)
            heappush(share.cluster.ready, (at, number, share))
            self._fill(share.cluster)
        self._was_crowded = self._full > 0
        self._next_scan = now + self._scan
        if not self._waking:
            self._waking = True
            self.env.call_at(self._next_scan, self._scan_due)

    def _scan_due(self, argument: object) -> None:
        if self.env._now < self._next_scan:  # a wake-up in between has put the scan off
            self.env.call_at(self._next_scan, self._scan_due)
            return
        self._waking = False
        self._scan_now()

    def _fill(self, cluster: Cluster) -> None:
        while cluster.ready and cluster.in_hand < self._width:
            self.claim(heappop(cluster.ready)[2])

    def claim(self, share: Share) -> None:
        """Work on it, in the room that there is."""
        cluster = share.cluster
        cluster.in_hand += 1
        if cluster.in_hand == self._width:
            self._full += 1
            self._was_crowded = True
        if share.trouble is not None:
            self.claimed(share)
        elif cluster.is_known:
            self._create(share)
        else:
            self.learn(cluster, lambda: self._create(share))

    def let_go(self, share: Share) -> None:
        """It is done with, for good or for now; whoever waits for room gets it."""
        cluster = share.cluster
        if cluster.in_hand == self._width:
            self._full -= 1
        cluster.in_hand -= 1
        if self._was_crowded:
            self._fill(cluster)
            self._scan_now()
            self._fill(cluster)

    # --- the two commands of a calm create ----------------------------------------------------------------------

    def _create(self, share: Share) -> None:
        cluster = share.cluster
        if not cluster.slots:
            cluster.waiting.append(lambda: self._create(share))
            return
        cluster.slots -= 1
        now = share.began = self.env._now
        self._creates += 1
        service = cluster.create(share.create)
        if cluster.swings:
            service *= cluster.profile.factor(now)
        ends = now + service
        if cluster.serving < cluster.places and ends <= now + self._patience:
            cluster.serving += 1
            heappush(self._heap, (ends, 1, next(self._order), self._created, share))
        else:
            self._serve_create(share, service)

    def _created(self, share: Share) -> None:
        """It was served at once and in time; its slot goes to the show, unless somebody has waited for one."""
        cluster = share.cluster
        cluster.serving -= 1
        if cluster.queue:
            self._next(cluster)
        if cluster.waiting:
            self._create_ended(share)
        else:
            self._send_show(share)

    def _create_ended(self, share: Share) -> None:
        share.created = self.env._now
        self.free_slot(share.cluster)
        self._show(share)

    def _show(self, share: Share) -> None:
        cluster = share.cluster
        if not cluster.slots:
            cluster.waiting.append(lambda: self._show(share))
            return
        cluster.slots -= 1
        self._send_show(share)

    def _send_show(self, share: Share) -> None:
        cluster = share.cluster
        now = share.shown = self.env._now
        self._shows += 1
        service = cluster.show(share.show)
        if cluster.swings:
            service *= cluster.profile.factor(now)
        ends = now + service
        if cluster.serving < cluster.places and ends <= now + self._patience:
            cluster.serving += 1
            heappush(self._heap, (ends, 1, next(self._order), self._seen, share))
        else:
            self._serve_show(share, service)

    def _seen(self, share: Share) -> None:
        cluster = share.cluster
        cluster.serving -= 1
        if cluster.queue:
            self._next(cluster)
        self._show_ended(share)

    def _show_ended(self, share: Share) -> None:
        cluster = share.cluster
        cluster.slots += 1
        if cluster.waiting:
            cluster.waiting.popleft()()
        self._after(self.env._now - share.asked)
        if not share.number % self._every:
            self.ended(share)
        if self._was_crowded:
            self.let_go(share)
        else:  # nobody was full when last looked at, nor has anyone become so since
            cluster.in_hand -= 1

    def _serve_create(self, share: Share, service: float) -> None:
        """Not at once, or not in time."""
        self.serve(
            share.cluster,
            service,
            lambda: self._create_ended(share),
            lambda: self.given_up(share, False),
            lambda: self.starts(share),
        )

    def _serve_show(self, share: Share, service: float) -> None:
        self.serve(share.cluster, service, lambda: self._show_ended(share), lambda: self.given_up(share, True))

    # --- any other command --------------------------------------------------------------------------------------

    def learn(self, cluster: Cluster, then: Callable[[], None]) -> None:
        """Ask once what a cluster can do; whoever comes meanwhile waits."""
        cluster.learners.append(then)
        if len(cluster.learners) > 1:
            return

        def known() -> None:
            self.free_slot(cluster)
            cluster.is_known = True
            waiting, cluster.learners = cluster.learners, []
            for go_on in waiting:
                go_on()

        def late() -> None:
            raise NotCalm(f"{cluster.name} did not say in time what it can do")

        cluster.slots -= 1
        self._counts[Verb.CAPABILITIES] += 1
        self.serve(cluster, cluster.own_time(Verb.CAPABILITIES, self.env._now, 1), known, late)

    def serve(
        self,
        cluster: Cluster,
        service: float,
        end: Callable[[], None],
        late: Callable[[], None],
        starts: Callable[[], Callable[[], None]] | None = None,
    ) -> None:
        """A command of the cluster: `end` when it is answered in time, `late` when its deadline runs out before.

        starts: called as its service begins; what it returns is called as the service ends, heard or not.
        """
        now = self.env._now
        entry = Entry(cluster, service, now + self._patience, end=end, late=late, starts=starts)
        if cluster.serving < cluster.places:
            ends = now + service
            entry.started = ends <= entry.late_at
            self._serve(entry, ends)
        else:
            cluster.queue.append(entry)
        if not entry.started:
            self.env.call_at(entry.late_at, self._give_up, entry)

    def _serve(self, entry: Entry, ends: float) -> None:
        entry.cluster.serving += 1
        effect = None if entry.starts is None else entry.starts()

        def ended(argument: object) -> None:
            entry.cluster.serving -= 1
            if effect is not None:
                effect()
            if entry.cluster.queue:
                self._next(entry.cluster)
            if entry.started and not entry.given_up:
                entry.end()

        self.env.call_at(ends, ended)

    def _next(self, cluster: Cluster) -> None:
        while cluster.queue and cluster.serving < cluster.places:
            entry: Any = cluster.queue.popleft()
            ends = self.env._now + entry.service
            entry.started = ends < entry.late_at and not entry.given_up
            self._serve(entry, ends)

    def _give_up(self, entry: Entry) -> None:
        if not entry.started:
            entry.given_up = True
            self.free_slot(entry.cluster)
            entry.late()

    def free_slot(self, cluster: Cluster) -> None:
        cluster.slots += 1
        if cluster.waiting:
            cluster.waiting.popleft()()

    def _sweep_now(self, cluster: Cluster) -> None:
        if not cluster.is_known:
            self.learn(cluster, lambda: self._list(cluster))
        else:
            self._list(cluster)

    def _list(self, cluster: Cluster) -> None:
        if not cluster.slots:
            cluster.waiting.append(lambda: self._list(cluster))
            return
        cluster.slots -= 1
        cluster.lists += 1
        self._counts[Verb.LIST] += 1
        now = self.env._now
        service = cluster.own_time(Verb.LIST, now, cluster.lists)
        ends = now + service
        if cluster.serving < cluster.places and ends <= now + self._patience:
            cluster.serving += 1
            heappush(self._heap, (ends, 1, next(self._order), self._list_served, cluster))
            return
        self.serve(cluster, service, lambda: self._listed(cluster), lambda: self._sweep_later(cluster))

    def _list_served(self, cluster: Cluster) -> None:
        cluster.serving -= 1
        if cluster.queue:
            self._next(cluster)
        self._listed(cluster)

    def _listed(self, cluster: Cluster) -> None:
        self.free_slot(cluster)
        self._sweep_later(cluster)

    def _sweep_later(self, cluster: Cluster) -> None:
        self.env.call_in(self._sweep, self._sweep_now, cluster)


class NotCalm(Exception):
    """Something happened that the quick twin cannot tell."""


def _unforeseen(share: Share, shown: bool) -> None:
    raise NotCalm(f"share {share.number} met a deadline")


def _unforeseen_start(share: Share) -> Callable[[], None]:
    raise NotCalm(f"share {share.number} waited")


def _nothing(share: Share) -> None:
    return
