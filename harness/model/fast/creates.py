"""The two commands of a calm create, each an event, where they may have to wait: the share is active after the show."""

from collections.abc import Callable
from heapq import heappush

from connector.operations import Verb
from harness.model.fast.claims import Claims
from harness.model.fast.foreseen import ForeseenCommands
from harness.model.fast.routing import Routing
from harness.model.fast.share import Share
from harness.model.fast.tally import Tally

__all__ = ["Creates"]


class Creates:
    """patience: seconds that the processor waits for an answer.

    ended: told of each share that came to active and is to be recorded, and when. work: told of each that a fault may
    strike, or whose create would be answered too late, before that is sent; resume: of one of whose show it is so,
    before that.
    """

    ended: Callable[[Share, float], None]
    work: Callable[[Share], None]
    resume: Callable[[Share], None]

    def __init__(
        self, claims: Claims, calm: ForeseenCommands, tally: Tally, routing: Routing, *, patience: float
    ) -> None:
        self._env = env = claims.env
        self._claims = claims
        self._calm = calm
        self._counts = tally.commands
        self._heap = env.heap
        self._order = env.order
        self._routing = routing
        self._checked_from = routing.late_from
        self._patience = patience
        self._after = tally.after.append
        self._every = tally.every

    def create(self, share: Share) -> None:
        """Begin it; there is room for the share."""
        cluster = share.cluster
        if share.is_struck:
            self.work(share)
        elif not cluster.slots:
            cluster.waiting.append(lambda: self.create(share))
        elif self._serve(share, Verb.CREATE, share.create, self._created):
            cluster.slots -= 1
            share.began = self._env._now
            self._counts[Verb.CREATE] += 1
        else:
            self.work(share)

    def go_on(self, share: Share, ends: float) -> None:
        """One that has begun; its show begins at `shown`, if nothing comes in between. ends: when, if it has begun."""
        self._counts[Verb.CREATE] += 1
        if share.shown > self._env._now:
            self._env.call_at(share.shown, self._created, share)
        else:
            self._counts[Verb.SHOW] += 1
            self._env.call_at(ends, self._seen, share)

    def _created(self, share: Share) -> None:
        """Its slot goes to the show, unless somebody has waited for one."""
        cluster = share.cluster
        if cluster.waiting:
            share.created = self._env._now
            cluster.free_slot()
            cluster.in_slot(lambda: self._send_show(share))
        else:
            self._send_show(share)

    def _send_show(self, share: Share) -> None:
        share.shown = self._env._now
        if self._serve(share, Verb.SHOW, share.show, self._seen):
            self._counts[Verb.SHOW] += 1
        else:
            self._counts[Verb.CREATE] -= 1  # whoever goes on counts it
            self.resume(share)

    def _serve(self, share: Share, verb: Verb, work: float, ended: Callable[[Share], None]) -> bool:
        """Whether what is sent now will be answered in time, and no fault may strike it; `ended` is called then."""
        cluster, now = share.cluster, self._env._now
        starts = self._calm.starts(cluster)
        ends = starts + cluster.with_phases(work, starts)
        if ends >= now + self._patience or (now >= self._checked_from and self._routing.strikes(share, verb, now)):
            return False
        cluster.occupy(ends)
        heappush(self._heap, (ends, 1, next(self._order), ended, share))
        return True

    def _seen(self, share: Share) -> None:
        cluster = share.cluster
        cluster.free_slot()
        self._after(self._env._now - share.asked)
        if not share.number % self._every:
            self.ended(share, self._env._now)
        if self._claims.was_crowded:
            self._claims.let_go(share)
        else:  # what `let_go` does most often
            cluster.in_hand -= 1
