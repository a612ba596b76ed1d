"""Works on one claim: decides, performs, and decides again, until the record is given back or gone."""

import asyncio
import logging
from dataclasses import dataclass
from typing import assert_never

from connector.clock import Clock
from connector.codes import Code
from connector.operations import Capability, DoneReply, Show, ShowReply, Verb
from connector.outcomes import Done, Failed, Outcome, Unknown
from connector.sites import Site
from connector.values import replace
from pipeline.processor.backoff import backoff
from pipeline.processor.cluster import Cluster
from pipeline.processor.decide import Decide
from pipeline.processor.leased_claim import LeasedClaim
from pipeline.processor.mutation import mutation
from pipeline.processor.outcome_classes import Classify, OutcomeClass, describe, is_absence
from pipeline.processor.situation import Absent, ConnectorAnswer, Inconclusive, Present, Rules, Sight, Situation
from pipeline.processor.steps import (
    Activate,
    Fail,
    GiveUp,
    Leave,
    Probe,
    Release,
    Remove,
    SendCreate,
    SendDelete,
    SendResize,
    Step,
    WaitUntil,
)
from pipeline.record import Command, ShareRecord
from pipeline.settings import RetrySettings
from pipeline.states import ShareState

__all__ = ["Worker"]

_LOG = logging.getLogger(__name__)

_MOST_STEPS = 16
"""Steps of one claim. The table needs six; a decision that goes round in circles shall not hold a claim for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """Carries out what `decide` says, one command at a time. seed: of the backoff's jitter."""

    decide: Decide
    classify: Classify
    rules: Rules
    retry: RetrySettings
    clock: Clock
    seed: int

    async def work(self, held: LeasedClaim, cluster: Cluster) -> None:
        """Until the claim is given up or closed. Raises `LeaseLostError`."""
        silence = await cluster.learn()
        if silence is not None:
            await held.release(due_in=cluster.learns_in, error=f"capabilities: {describe(silence)}")
            return
        situation = Situation(
            record=held.record,
            marks=Capability.MARK in cluster.claimed,
            marks_half_made=cluster.marks_half_made,
            sequences=Capability.SEQUENCE in cluster.claimed,
        )
        for _ in range(_MOST_STEPS):
            step = self.decide(situation, self.rules)
            _LOG.debug("%s: %s is %s: %s", cluster.name, held.record.id, held.record.state, step)
            next_situation = await self._carry_out(step, situation, held, cluster)
            if next_situation is None:
                return
            situation = next_situation
        _LOG.error("%s: %s: no end after %d steps", cluster.name, held.record.id, _MOST_STEPS)
        await self._release(held, Release(error="the processor found no end"))

    async def _carry_out(
        self, step: Step, situation: Situation, held: LeasedClaim, cluster: Cluster
    ) -> Situation | None:
        """What is known after the step; None: the claim is closed."""
        match step:
            case Probe():
                return replace(situation, sight=await self._look(held, cluster))
            case SendCreate():
                return await self._send(Verb.CREATE, situation, held, cluster)
            case SendResize():
                return await self._send(Verb.RESIZE, situation, held, cluster)
            case SendDelete():
                return await self._send(Verb.DELETE, situation, held, cluster)
            case Fail(reason=reason):
                await held.move(ShareState.FAILING, reason=reason)
                # The answer was to a create; the sight says as much to the cleanup as it did to the create.
                return replace(situation, record=held.record, answer=None)
            case GiveUp(size=size, reason=reason):
                await held.give_up(size=size, reason=reason)
                return replace(situation, record=held.record, answer=None)
            case Activate() | Release() | WaitUntil() | Remove() | Leave():
                await self._close(step, held)
                return None
            case _:
                assert_never(step)

    async def _close(self, step: Activate | Release | WaitUntil | Remove | Leave, held: LeasedClaim) -> None:
        match step:
            case Activate(confirmed_size=size, reason=reason):
                await held.move(ShareState.ACTIVE, reason=reason, confirmed_size=size)
            case Release():
                await self._release(held, step)
            case WaitUntil(instant=instant, error=error, settled=settled):
                await held.release(due_in=max(0.0, instant - self.clock()), error=error, settled=settled)
            case Remove():
                await held.remove()
            case Leave():
                await held.release(due_in=0.0, error=None)
            case _:
                assert_never(step)

    async def _release(self, held: LeasedClaim, step: Release) -> None:
        due_in = backoff(self.retry, held.record, seed=self.seed)
        await held.release(
            due_in=due_in, error=step.error, settled=step.settled, refund=step.refund, inconclusive=step.inconclusive
        )

    async def _look(self, held: LeasedClaim, cluster: Cluster) -> Sight:
        """Ask with `show`. The instant is that of the asking: what lands after it may be missed."""
        async with cluster.slot():
            began_at = self.clock()
            outcome = await cluster.perform(Show(name=held.record.name))
        await held.note_probe(Verb.SHOW, began_at=began_at, outcome=outcome)
        match outcome:
            case Done(reply=ShowReply(share=view)):
                return Present(at=began_at, view=view)
            case Failed() if is_absence(outcome):
                return Absent(at=began_at)
            case _:
                return Inconclusive(outcome=outcome)

    async def _send(self, verb: Verb, situation: Situation, held: LeasedClaim, cluster: Cluster) -> Situation:
        """Make the command durable, send it, note its end. What was seen before it says nothing any more."""
        async with cluster.slot():
            command = await held.begin(verb, seconds=cluster.deadlines.total)
            outcome = await self._perform(command, held.record, cluster)
        await held.end(command, outcome)
        is_gone = verb is Verb.DELETE and is_absence(outcome)
        answer = ConnectorAnswer(
            outcome_class=OutcomeClass.MISSING if is_gone else self.classify(outcome),
            text=f"{verb}: {describe(outcome)}",
            size=_asked_for(outcome),
        )
        return replace(situation, record=held.record, answer=answer, sight=None)

    async def _perform(self, command: Command, record: ShareRecord, cluster: Cluster) -> Outcome:
        """Send, unless the deadline has passed since it was set: a stalled processor must not send a late command."""
        left = command.deadline - self.clock()
        if left <= 0:
            return Failed(code=Code.EXPIRED, site=Site.PROCESSOR_STEP, message="the deadline passed before it was sent")
        try:
            async with asyncio.timeout(left):
                return await cluster.perform(mutation(command, record, cluster.claimed, self.rules.marks))
        except TimeoutError:
            return Unknown(code=Code.TIMEOUT, site=Site.CONNECTOR_REPLY, message="no answer by the command's deadline")


def _asked_for(outcome: Outcome) -> int | None:
    return outcome.reply.size if isinstance(outcome, Done) and isinstance(outcome.reply, DoneReply) else None
