"""Works on one claim: decides, performs, and decides again, until the record is given back or gone."""

import asyncio
import logging
from dataclasses import dataclass
from typing import assert_never

from connector.clock import Clock
from connector.codes import Code
from connector.operations import Capability, DoneReply, ListSnapshots, Show, ShowReply, SnapshotsReply, Verb
from connector.outcomes import Done, Failed, Outcome, Unknown
from connector.sites import Site
from connector.values import replace
from pipeline.kinds.table import KIND_OF_VERB, kind_of
from pipeline.processor.backoff import backoff
from pipeline.processor.cluster import Cluster
from pipeline.processor.decide import Decide
from pipeline.processor.leased_claim import LeasedClaim
from pipeline.processor.mutation import mutation
from pipeline.processor.outcome_classes import Classify, OutcomeClass, describe, is_absence
from pipeline.processor.retry_budget import used_up
from pipeline.processor.situation import Absent, ConnectorAnswer, Inconclusive, Present, Rules, Sight, Situation
from pipeline.processor.steps import (
    Activate,
    Clear,
    Fail,
    GiveUp,
    Leave,
    Lose,
    Probe,
    Release,
    Remove,
    Send,
    Step,
    WaitUntil,
)
from pipeline.record import Command, PartKind, SharePart, ShareRecord
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
        if not self._may_try(held, cluster):
            _LOG.info("%s: %s: the retry budget is used up", cluster.name, held.record.id)
            await self._release(held, Release(error=used_up(cluster.name)))
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

    def _may_try(self, held: LeasedClaim, cluster: Cluster) -> bool:
        """What was tried before takes from the budget of its cluster; what was not fills it."""
        if held.record.attempt + held.record.deferrals > 0:
            return cluster.retries.take(self.clock())
        cluster.retries.first_try()
        return True

    async def _carry_out(
        self, step: Step, situation: Situation, held: LeasedClaim, cluster: Cluster
    ) -> Situation | None:
        """What is known after the step; None: the claim is closed."""
        match step:
            case Probe():
                return replace(situation, sight=await self._look(held, cluster, _lists_snapshots(situation)))
            case Send(verb=verb):
                return await self._send(verb, situation, held, cluster)
            case Fail(reason=reason):
                await held.move(ShareState.FAILING, reason=reason)
                # The answer was to a create; the sight says as much to the cleanup as it did to the create.
                return replace(situation, record=held.record, answer=None)
            case GiveUp(size=size, reason=reason):
                await held.give_up(size=size, reason=reason)
                return replace(situation, record=held.record, answer=None)
            case Clear(snapshots=snapshots):
                return await self._clear(snapshots, situation, held, cluster)
            case Activate() | Lose() | Release() | WaitUntil() | Remove() | Leave():
                await self._close(step, held)
                return None
            case _:
                assert_never(step)

    async def _close(self, step: Activate | Lose | Release | WaitUntil | Remove | Leave, held: LeasedClaim) -> None:
        match step:
            case Activate(confirmed_size=size, reason=reason, parts=parts):
                await held.move(ShareState.ACTIVE, reason=reason, confirmed_size=size, parts=parts)
            case Lose(reason=reason):
                await held.move(ShareState.LOST, reason=reason)
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

    async def _look(self, held: LeasedClaim, cluster: Cluster, lists_snapshots: bool) -> Sight:
        """Ask with `show`. The instant is that of the asking: what lands after it may be missed."""
        outcome, began_at = await self._ask(Show(name=held.record.name), held, cluster)
        if is_absence(outcome, was_there=_was_there(held.record)):
            return Absent(at=began_at)
        if not (isinstance(outcome, Done) and isinstance(outcome.reply, ShowReply)):
            return Inconclusive(outcome=outcome)
        sight = Present(at=began_at, view=outcome.reply.share)
        if not lists_snapshots or Capability.SNAPSHOTS not in cluster.claimed:
            return sight
        outcome, _ = await self._ask(ListSnapshots(name=held.record.name), held, cluster)
        if not (isinstance(outcome, Done) and isinstance(outcome.reply, SnapshotsReply)):
            return Inconclusive(outcome=outcome)
        return replace(sight, snapshots=tuple(snapshot.snapshot for snapshot in outcome.reply.snapshots))

    async def _ask(self, request: Show | ListSnapshots, held: LeasedClaim, cluster: Cluster) -> tuple[Outcome, float]:
        """What the cluster says, and when it was asked."""
        async with cluster.slot():
            began_at = self.clock()
            outcome = await cluster.perform(request)
        held.note_probe(request.verb, began_at=began_at, outcome=outcome, at=self.clock())
        return outcome, began_at

    async def _clear(
        self, snapshots: tuple[str, ...], situation: Situation, held: LeasedClaim, cluster: Cluster
    ) -> Situation | None:
        """Remove one after the other; None where one could not be: the claim is given back."""
        for snapshot in snapshots:
            about = SharePart(kind=PartKind.SNAPSHOT, name=snapshot)
            outcome = await self._command(Verb.SNAPSHOT_DELETE, held, cluster, about)
            if not (isinstance(outcome, Done) or is_absence(outcome, was_there=True)):
                await self._release(held, Release(error=f"{Verb.SNAPSHOT_DELETE}: {describe(outcome)}"))
                return None
        return replace(situation, record=held.record, answer=None, sight=None)

    async def _command(self, verb: Verb, held: LeasedClaim, cluster: Cluster, part: SharePart | None = None) -> Outcome:
        """Make the command durable, send it, note its end. part: what it is about, where that is not the record's."""
        async with cluster.slot():
            command = await held.begin(verb, seconds=cluster.deadlines.total)
            about = held.record if part is None else replace(held.record, part=part)
            outcome = await self._perform(command, about, cluster)
        await held.end(command, outcome)
        return outcome

    async def _send(self, verb: Verb, situation: Situation, held: LeasedClaim, cluster: Cluster) -> Situation:
        """Command the cluster. What was seen before says nothing any more."""
        outcome = await self._command(verb, held, cluster)
        is_gone = KIND_OF_VERB[verb].absence and is_absence(outcome, was_there=_was_there(held.record))
        answer = ConnectorAnswer(
            outcome_class=OutcomeClass.MISSING if is_gone else self.classify(outcome),
            text=f"{verb}: {describe(outcome)}",
            size=_asked_for(outcome),
            not_empty=isinstance(outcome, Failed) and outcome.code is Code.NOT_EMPTY,
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


def _was_there(record: ShareRecord) -> bool:
    """Whether the cluster has confirmed the share, under this name."""
    return record.confirmed_size is not None


def _asked_for(outcome: Outcome) -> int | None:
    return outcome.reply.size if isinstance(outcome, Done) and isinstance(outcome.reply, DoneReply) else None


def _lists_snapshots(situation: Situation) -> bool:
    """Whether a look has to tell of the snapshots, too: of what is asked for, or of what keeps a share from going."""
    if situation.record.state is ShareState.UPDATING:
        return kind_of(situation.record).lists_snapshots
    return situation.answer is not None and situation.answer.not_empty
