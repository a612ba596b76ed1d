"""One cluster as the processor sees it: its connector behind a bulkhead and a breaker, and what it can do."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from connector.clock import Clock
from connector.operations import Capabilities, Capability, Delete, List, Request, Show
from connector.outcomes import Outcome
from connector.protocol import Connector, Deadlines
from pipeline.processor.breaker import Breaker
from pipeline.processor.learning import Learning
from pipeline.processor.outcome_classes import Classify, OutcomeClass, classify, describe
from pipeline.processor.pace import Pace
from pipeline.processor.retry_budget import RetryTokens
from pipeline.record import Unclaimed
from pipeline.settings import BreakerSettings, RetrySettings
from pipeline.store.protocol import UnclaimedLog

__all__ = ["Cluster"]

_LOG = logging.getLogger(__name__)


class Cluster:
    """width: commands in flight at once. `in_hand`: claims being worked on, counted by the dispatcher. `served`: the
    tenant whose record was claimed last, so that another one has its turn; empty: nobody's was. `retries`: how many it
    may be asked.

    retry, seed: of the backoff after what no record backs off for. log: where that is written down. slots: entered for
    each command, by as many as `width` at once; None: its own. on_retry_refused: told
    the cluster's name when a retry has to wait.
    """

    def __init__(
        self,
        *,
        name: str,
        connector: Connector,
        deadlines: Deadlines,
        width: int,
        breaker: BreakerSettings,
        retry: RetrySettings,
        seed: int,
        log: UnclaimedLog,
        clock: Clock,
        classify: Classify = classify,
        slots: AbstractAsyncContextManager[None] | None = None,
        on_retry_refused: Callable[[str], None] = lambda cluster: None,
    ) -> None:
        self.name = name
        self.deadlines = deadlines
        self.width = width
        self.in_hand = 0
        self.served = ""
        self._connector = connector
        self._slots = asyncio.Semaphore(width) if slots is None else slots
        self._breaker = Breaker(breaker)
        self._pace = Pace(width, breaker.pause)
        self.retries = RetryTokens(retry, lambda: on_retry_refused(name))
        self._clock = clock
        self._classify = classify
        self._learning = Learning(name, deadlines, retry, seed=seed)
        self._log = log
        self._asking = asyncio.Lock()

    @property
    def room(self) -> int:
        """How many more claims may be worked on now."""
        # The dispatcher asks this of every cluster for every claim: no clock is read where none is needed.
        if self._breaker.closed and self._pace.is_full and self._learning.claimed is not None:
            return self.width - self.in_hand
        now = self._clock()
        if self._learning.due_in(now):
            return 0
        return max(0, min(self._breaker.allowed(now, self.width), self._pace.allowed(now)) - self.in_hand)

    def slot(self) -> AbstractAsyncContextManager[None]:
        """A place in the bulkhead; taken before a deadline is set, so that no command waits under one."""
        return self._slots

    async def perform(self, request: Request, deadlines: Deadlines | None = None) -> Outcome:
        """Perform inside a slot, and let breaker and pace know."""
        slowed = self._pace.slowed
        outcome = await self._connector.perform(request, deadlines or self.deadlines)
        match self._classify(outcome):
            case OutcomeClass.UNREACHED:
                if self._breaker.outage(self._clock()):
                    _LOG.warning("%s: out of reach, left alone for a while: %s", self.name, describe(outcome))
            case OutcomeClass.UNKNOWN:
                pass  # somebody was there, or nobody: neither heals a breaker nor opens it
            case OutcomeClass.BUSY:
                self._breaker.contact()
                if self._pace.busy(self._clock(), slowed):
                    _LOG.info("%s: is busy, and is asked less: %s", self.name, describe(outcome))
            case _:
                self._breaker.contact()
                self._pace.served()
                self.retries.answered()
        return outcome

    @property
    def claimed(self) -> frozenset[Capability]:
        """What the cluster said it can do; nothing before `learn`."""
        return self._learning.claimed or frozenset()

    @property
    def marks_half_made(self) -> bool:
        """Whether its half-made shares carry marks, where it keeps any."""
        return self._learning.marks_half_made

    @property
    def learns_in(self) -> float:
        """Seconds until the cluster may be asked again what it can do; 0.0 where it may be, or has said it."""
        return self._learning.due_in(self._clock())

    async def learn(self) -> Outcome | None:
        """Ask what the cluster can do, once. The outcome where it would not say, or has not since it was last asked."""
        learning = self._learning
        if learning.claimed is not None:
            return None
        async with self._asking:
            if learning.is_due(self._clock()):  # those who waited for their turn find it asked
                outcome = await self.ask(Capabilities(), deadlines=learning.deadlines, tried=learning.tries + 1)
                self.heard(outcome)
            return learning.silence

    def heard(self, outcome: Outcome) -> None:
        """It was asked what it can do, and this came of it."""
        self._learning.heard(outcome, self._clock())

    async def ask(
        self,
        request: Capabilities | List | Show | Delete,
        *,
        share: str | None = None,
        deadlines: Deadlines | None = None,
        tried: int = 1,
    ) -> Outcome:
        """Perform what no claim asks for, in a slot, and write it down as a command like any other: what changes
        something before it is sent, what only reads when it is over.

        share: whose it is, where it is about one.
        """
        deadlines = deadlines or self.deadlines
        async with self._slots:
            began_at = self._clock()
            command = Unclaimed(
                location=self.name,
                verb=request.verb,
                share=share,
                name=request.name if isinstance(request, Show | Delete) else None,
                request_id=request.stamp.request_id if isinstance(request, Delete) else None,
                tried=tried,
                began_at=began_at,
                deadline=began_at + deadlines.total,
            )
            if not isinstance(request, Delete):
                outcome = await self.perform(request, deadlines)
                await self._log.note_unclaimed(command, outcome)
                return outcome
            number = await self._log.note_unclaimed(command, None)
            outcome = await self.perform(request, deadlines)
        await self._log.end_unclaimed(number, request.verb, outcome)
        return outcome
