"""One cluster as the twin's processor sees it: connector, bulkhead, breaker, and what the cluster can do."""

from functools import partial

from connector.operations import Capabilities, Capability, Delete, List, Request
from connector.outcomes import Outcome
from connector.protocol import Deadlines
from harness.model.environment import FastEnvironment
from harness.model.twin.connector import ModelConnector
from harness.model.twin.log import Log
from harness.model.twin.part import Part
from harness.model.twin.waiting import Turn, Wait
from pipeline.processor.breaker import Breaker
from pipeline.processor.learning import Learning
from pipeline.processor.meanings import Meaning, classify
from pipeline.processor.pace import Pace
from pipeline.record import Unclaimed
from pipeline.settings import BreakerSettings, RetrySettings

__all__ = ["Bulkhead"]


class Bulkhead:
    """As `pipeline.processor.cluster.Cluster`. in_hand: claims being worked on. width: commands in flight at once."""

    def __init__(
        self,
        env: FastEnvironment,
        name: str,
        connector: ModelConnector,
        *,
        deadlines: Deadlines,
        width: int,
        breaker: BreakerSettings,
        retry: RetrySettings,
        seed: int,
        log: Log,
    ) -> None:
        self.name = name
        self.deadlines = deadlines
        self.width = width
        self.in_hand = 0
        self.slots = Turn(env, width)
        self._env = env
        self._connector = connector
        self._settings = breaker
        self._breaker = Breaker(breaker)
        self._pace = Pace(width, breaker.pause)
        self._asking = Turn(env)
        self._new_learning = partial(Learning, name, deadlines, retry, seed=seed)
        self._learning = self._new_learning()
        self._log = log

    @property
    def has_room(self) -> bool:
        if self.learns_in:
            return False
        return self.in_hand < min(self._breaker.allowed(self._env.now, self.width), self._pace.allowed(self._env.now))

    @property
    def claimed(self) -> frozenset[Capability]:
        return self._learning.claimed or frozenset()

    @property
    def learns_in(self) -> float:
        """Seconds until the cluster may be asked again what it can do."""
        return self._learning.due_in(self._env.now)

    def belong_to(self, part: Part) -> None:
        """The process that commands the cluster."""
        self._connector.pool.part = part

    def hang_up(self) -> None:
        """The process that commanded the cluster is dead, and with it go its connections."""
        self._connector.pool.lose_all()

    def begin_anew(self) -> None:
        """Another process commands the cluster, which has learnt nothing yet."""
        self._breaker = Breaker(self._settings)
        self._pace = Pace(self.width, self._settings.pause)
        self._learning = self._new_learning()

    def perform(self, request: Request, deadlines: Deadlines | None = None) -> Wait[Outcome]:
        """Perform inside a slot that the caller has, and let breaker and pace know."""
        slowed = self._pace.slowed
        outcome = yield from self._connector.perform(request, deadlines or self.deadlines)
        match classify(outcome):
            case Meaning.UNREACHED:
                self._breaker.outage(self._env.now)
            case Meaning.UNKNOWN:
                pass
            case Meaning.BUSY:
                self._breaker.contact()
                self._pace.busy(self._env.now, slowed)
            case _:
                self._breaker.contact()
                self._pace.served()
        return outcome

    def learn(self) -> Wait[Outcome | None]:
        """Ask what the cluster can do, once. The outcome where it would not say, or has not since it was last asked."""
        learning = self._learning
        yield from self._asking.take()
        try:
            if learning.is_due(self._env.now):
                outcome = yield from self.ask(Capabilities(), deadlines=learning.deadlines, tried=learning.tries + 1)
                learning.heard(outcome, self._env.now)
        finally:
            self._asking.leave()
        return learning.silence

    def ask(
        self,
        request: Capabilities | List | Delete,
        *,
        share: str | None = None,
        deadlines: Deadlines | None = None,
        tried: int = 1,
    ) -> Wait[Outcome]:
        """Perform what no claim asks for, in a slot, and write it down as a command like any other."""
        deadlines = deadlines or self.deadlines
        yield from self.slots.take()
        try:
            command = Unclaimed(
                location=self.name,
                verb=request.verb,
                share=share,
                name=request.name if isinstance(request, Delete) else None,
                request_id=request.stamp.request_id if isinstance(request, Delete) else None,
                tried=tried,
                began_at=self._env.now,
                deadline=self._env.now + deadlines.total,
            )
            number = self._log.note_unclaimed(command) if isinstance(request, Delete) else None
            outcome = yield from self.perform(request, deadlines)
        finally:
            self.slots.leave()
        self._log.end(self._log.note_unclaimed(command) if number is None else number, outcome)
        return outcome
