"""The two commands of a calm create: when the show that follows it has been answered, the share is active."""

from collections.abc import Callable
from heapq import heappush
from math import inf

from connector.operations import Verb
from harness.model.environment import FastEnvironment
from harness.model.fast.claims import Claims
from harness.model.fast.commands import Commands
from harness.model.fast.eligible import NotEligible
from harness.model.fast.share import Share
from harness.model.fast.tally import Tally

__all__ = ["Creates"]


class Creates:
    """given_up: told of a share whose create (False) or show (True) ran out of time. starts: as for `Commands.serve`,
    of a create that had to wait. ended: told of each that came to active and is to be recorded, and when. check: told
    before each command that is sent from `checked_from` on."""

    def __init__(self, env: FastEnvironment, claims: Claims, commands: Commands, tally: Tally) -> None:
        self.given_up: Callable[[Share, bool], None] = _unforeseen
        self.starts: Callable[[Share], Callable[[], None]] = _unforeseen_start
        self.ended: Callable[[Share, float], None] = _nothing
        self.check: Callable[[Share, Verb], None] = _nothing
        self.checked_from = inf
        self._env = env
        self._claims = claims
        self._commands = commands
        self._tally = tally
        self._heap = env.heap
        self._order = env.order
        self._patience = commands.patience
        self._after = tally.after.append
        self._every = tally.every
        self._creates = 0
        self._shows = 0

    def finish(self) -> None:
        """Write into the tally, once, what was counted apart from it."""
        counts = self._tally.commands
        counts[Verb.CREATE] += self._creates + self._tally.calm
        counts[Verb.SHOW] += self._shows + self._tally.calm

    def create(self, share: Share) -> None:
        """Begin it; there is room for the share."""
        cluster = share.cluster
        if not cluster.slots:
            cluster.waiting.append(lambda: self.create(share))
            return
        cluster.slots -= 1
        share.began = self._env._now
        if share.began >= self.checked_from:
            self.check(share, Verb.CREATE)
        self._creates += 1
        if not self._serve_at_once(share, share.create, self._created):
            self._serve_create(share)

    def go_on(self, share: Share, ends: float) -> None:
        """One that has begun; its show begins at `shown`, if nothing comes in between. ends: when, if it has begun."""
        self._creates += 1
        if share.shown > self._env._now:
            self._env.call_at(share.shown, self._created, share)
        else:
            self._shows += 1
            self._env.call_at(ends, self._seen, share)

    def _created(self, share: Share) -> None:
        """It was served at once and in time; its slot goes to the show, unless somebody has waited for one."""
        cluster = share.cluster
        if cluster.queue:
            self._commands.free_place(cluster)
        else:
            cluster.serving -= 1
        if cluster.waiting:
            self._create_ended(share)
        else:
            self._send_show(share)

    def _create_ended(self, share: Share) -> None:
        share.created = self._env._now
        self._commands.free_slot(share.cluster)
        self._commands.in_slot(share.cluster, lambda: self._send_show(share))

    def _send_show(self, share: Share) -> None:
        share.shown = self._env._now
        if share.shown >= self.checked_from:
            self.check(share, Verb.SHOW)
        self._shows += 1
        if not self._serve_at_once(share, share.show, self._seen):
            self._serve_show(share)

    def _serve_at_once(self, share: Share, work: float, ended: Callable[[Share], None]) -> bool:
        """Whether what arrives now finds a place and will end in time; if so, `ended` is called then."""
        cluster, now = share.cluster, self._env._now
        ends = now + cluster.with_phases(work, now)
        if cluster.serving >= cluster.places or ends >= now + self._patience:
            return False
        cluster.serving += 1
        heappush(self._heap, (ends, 1, next(self._order), ended, share))
        return True

    def _seen(self, share: Share) -> None:
        cluster = share.cluster
        if cluster.queue:
            self._commands.free_place(cluster)
        else:
            cluster.serving -= 1
        self._show_ended(share)

    def _show_ended(self, share: Share) -> None:
        cluster = share.cluster
        if cluster.waiting:
            self._commands.free_slot(cluster)
        else:
            cluster.slots += 1
        self._after(self._env._now - share.asked)
        if not share.number % self._every:
            self.ended(share, self._env._now)
        if self._claims.was_crowded:
            self._claims.let_go(share)
        else:  # what `let_go` does most often
            cluster.in_hand -= 1

    def _serve_create(self, share: Share) -> None:
        """Not at once, or not in time."""
        self._commands.serve(
            share.cluster,
            share.create,
            lambda: self._create_ended(share),
            lambda: self.given_up(share, False),
            lambda: self.starts(share),
        )

    def _serve_show(self, share: Share) -> None:
        self._commands.serve(
            share.cluster,
            share.show,
            lambda: self._show_ended(share),
            lambda: self.given_up(share, True),
        )


def _unforeseen(share: Share, shown: bool) -> None:
    raise NotEligible(f"share {share.number} met a deadline")


def _unforeseen_start(share: Share) -> Callable[[], None]:
    raise NotEligible(f"share {share.number} waited")


def _nothing(share: Share, what: object) -> None:
    return
