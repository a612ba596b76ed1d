"""One cluster as the twin's processor sees it: connector, bulkhead, breaker, and what the cluster can do."""

from connector.codes import Code
from connector.operations import Capabilities, CapabilitiesReply, Capability, Request
from connector.outcomes import Done, Failed, Outcome
from connector.protocol import Deadlines
from harness.model.environment import FastEnvironment
from harness.model.twin.connector import ModelConnector
from harness.model.twin.waiting import Turn, Wait
from pipeline.processor.breaker import Breaker
from pipeline.processor.meanings import Meaning, classify
from pipeline.processor.pace import Pace
from pipeline.settings import BreakerSettings

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
        self._capabilities: frozenset[Capability] | None = None

    @property
    def has_room(self) -> bool:
        return self.in_hand < min(self._breaker.allowed(self._env.now, self.width), self._pace.allowed(self._env.now))

    @property
    def claimed(self) -> frozenset[Capability]:
        return self._capabilities or frozenset()

    def hang_up(self) -> None:
        """The process that commanded the cluster is dead, and with it go its connections."""
        self._connector.pool.lose_all()

    def begin_anew(self) -> None:
        """Another process commands the cluster, which has learnt nothing yet."""
        self._breaker = Breaker(self._settings)
        self._pace = Pace(self.width, self._settings.pause)
        self._capabilities = None

    def perform(self, request: Request) -> Wait[Outcome]:
        """Perform inside a slot that the caller has, and let breaker and pace know."""
        slowed = self._pace.slowed
        outcome = yield from self._connector.perform(request, self.deadlines)
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
        """Ask what the cluster can do, once. The outcome where it would not say."""
        yield from self._asking.take()
        try:
            return (yield from self._ask()) if self._capabilities is None else None
        finally:
            self._asking.leave()

    def _ask(self) -> Wait[Outcome | None]:
        yield from self.slots.take()
        try:
            outcome = yield from self.perform(Capabilities())
        finally:
            self.slots.leave()
        match outcome:
            case Done(reply=CapabilitiesReply(capabilities=claimed)):
                self._capabilities = claimed
            case Failed(code=Code.UNSUPPORTED):
                self._capabilities = frozenset()
            case _:
                return outcome
        return None
