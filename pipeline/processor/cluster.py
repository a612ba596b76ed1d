"""One cluster as the processor sees it: its connector behind a bulkhead and a breaker, and what it can do."""

import asyncio
import logging
from contextlib import AbstractAsyncContextManager

from connector.clock import Clock
from connector.codes import Code
from connector.operations import Capabilities, CapabilitiesReply, Capability, Request
from connector.outcomes import Done, Failed, Outcome
from connector.protocol import Connector, Deadlines
from pipeline.processor.breaker import Breaker
from pipeline.processor.meanings import Classify, Meaning, classify, describe
from pipeline.processor.pace import Pace
from pipeline.settings import BreakerSettings

__all__ = ["Cluster"]

_LOG = logging.getLogger(__name__)


class Cluster:
    """width: commands in flight at once. `in_hand`: claims being worked on, counted by the dispatcher."""

    def __init__(
        self,
        *,
        name: str,
        connector: Connector,
        deadlines: Deadlines,
        width: int,
        breaker: BreakerSettings,
        clock: Clock,
        classify: Classify = classify,
    ) -> None:
        self.name = name
        self.deadlines = deadlines
        self.width = width
        self.in_hand = 0
        self._connector = connector
        self._slots = asyncio.Semaphore(width)
        self._breaker = Breaker(breaker)
        self._pace = Pace(width, breaker.pause)
        self._clock = clock
        self._classify = classify
        self._capabilities: frozenset[Capability] | None = None
        self._asking = asyncio.Lock()

    @property
    def has_room(self) -> bool:
        """Whether one more claim may be worked on now."""
        # The dispatcher asks this of every cluster for every claim: no clock is read where none is needed.
        if self._breaker.closed and self._pace.is_full:
            return self.in_hand < self.width
        now = self._clock()
        return self.in_hand < min(self._breaker.allowed(now, self.width), self._pace.allowed(now))

    def slot(self) -> AbstractAsyncContextManager[None]:
        """A place in the bulkhead; taken before a deadline is set, so that no command waits under one."""
        return self._slots

    async def perform(self, request: Request) -> Outcome:
        """Perform inside a slot, and let breaker and pace know."""
        slowed = self._pace.slowed
        outcome = await self._connector.perform(request, self.deadlines)
        match self._classify(outcome):
            case Meaning.UNREACHED:
                if self._breaker.outage(self._clock()):
                    _LOG.warning("%s: out of reach, left alone for a while: %s", self.name, describe(outcome))
            case Meaning.UNKNOWN:
                pass  # somebody was there, or nobody: neither heals a breaker nor opens it
            case Meaning.BUSY:
                self._breaker.contact()
                if self._pace.busy(self._clock(), slowed):
                    _LOG.info("%s: is busy, and is asked less: %s", self.name, describe(outcome))
            case _:
                self._breaker.contact()
                self._pace.served()
        return outcome

    @property
    def claimed(self) -> frozenset[Capability]:
        """What the cluster said it can do; nothing before `learn`."""
        return self._capabilities or frozenset()

    async def learn(self) -> Outcome | None:
        """Ask what the cluster can do, once. The outcome where it would not say."""
        return None if self._capabilities is not None else await self._ask_once()

    async def _ask_once(self) -> Outcome | None:
        async with self._asking:  # those who wait for their turn find it answered
            return await self._ask() if self._capabilities is None else None

    async def _ask(self) -> Outcome | None:
        async with self.slot():
            outcome = await self.perform(Capabilities())
        match outcome:
            case Done(reply=CapabilitiesReply(capabilities=claimed)):
                self._capabilities = claimed
            case Failed(code=Code.UNSUPPORTED):
                self._capabilities = frozenset()
            case _:
                return outcome
        return None
