"""Works on one claim as `pipeline.processor.worker` does: the same decisions, looks, commands and waits."""

from dataclasses import dataclass
from typing import assert_never

from connector.codes import Code
from connector.operations import Capability, Show, ShowReply, Verb
from connector.outcomes import Done, Failed
from connector.values import replace
from harness.model.environment import FastEnvironment
from harness.model.twin.bulkhead import Bulkhead
from harness.model.twin.part import Part
from harness.model.twin.records import Records
from harness.model.twin.waiting import Wait
from pipeline.processor.backoff import backoff
from pipeline.processor.decide import decide
from pipeline.processor.meanings import classify, describe
from pipeline.processor.mutation import mutation
from pipeline.processor.situation import Answer, Blind, Gone, Present, Rules, Sight, Situation
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
from pipeline.record import Claim
from pipeline.settings import RetrySettings
from pipeline.states import ShareState

__all__ = ["Holding", "LeaseLost", "Worker"]

_MOST_STEPS = 16


class LeaseLost(Exception):
    """The record is someone else's by now."""


@dataclass(slots=True, kw_only=True)
class Holding:
    """One claim in hand."""

    claim: Claim
    began: float

    def kept(self, claim: Claim | None) -> None:
        if claim is None:
            raise LeaseLost
        self.claim = claim


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """writer: who signs what becomes of a record."""

    env: FastEnvironment
    part: Part
    records: Records
    rules: Rules
    retry: RetrySettings
    seed: int
    writer: str = "processor"

    def work(self, holding: Holding, cluster: Bulkhead) -> Wait[None]:
        """Until the claim is given up or closed. Raises `LeaseLost`."""
        silence = yield from cluster.learn()
        if silence is not None:
            self.records.release(holding.claim, cluster.learns_in, f"capabilities: {describe(silence)}")
            return
        situation = Situation(
            record=holding.claim.record,
            marks=Capability.MARK in cluster.claimed,
            sequences=Capability.SEQUENCE in cluster.claimed,
        )
        for _ in range(_MOST_STEPS):
            step = decide(situation, self.rules)
            following = yield from self._carry_out(step, situation, holding, cluster)
            if following is None:
                return
            situation = following
        self._release(holding, Release(error="the processor found no end"))

    def _carry_out(
        self, step: Step, situation: Situation, holding: Holding, cluster: Bulkhead
    ) -> Wait[Situation | None]:
        match step:
            case Probe():
                return replace(situation, sight=(yield from self._look(holding, cluster)))
            case SendCreate():
                return (yield from self._send(Verb.CREATE, situation, holding, cluster))
            case SendResize():
                return (yield from self._send(Verb.RESIZE, situation, holding, cluster))
            case SendDelete():
                return (yield from self._send(Verb.DELETE, situation, holding, cluster))
            case Fail(reason=reason):
                holding.kept(self.records.move(holding.claim, ShareState.FAILING, reason, None, writer=self.writer))
                return replace(situation, record=holding.claim.record, answer=None)
            case GiveUp(size=size, reason=reason):
                holding.kept(self.records.give_up(holding.claim, size=size, reason=reason))
                return replace(situation, record=holding.claim.record, answer=None)
            case Activate() | Release() | WaitUntil() | Remove() | Leave():
                self._close(step, holding)
                return None
            case _:
                assert_never(step)

    def _close(self, step: Activate | Release | WaitUntil | Remove | Leave, holding: Holding) -> None:
        records, claim = self.records, holding.claim
        match step:
            case Activate(confirmed_size=size, reason=reason):
                holding.kept(records.move(claim, ShareState.ACTIVE, reason, size, writer=self.writer))
            case Release():
                self._release(holding, step)
            case WaitUntil(instant=instant, error=error, settled=settled):
                records.release(claim, max(0.0, instant - self.env.now), error, settled=settled)
            case Remove():
                if not records.remove(claim, writer=self.writer):
                    raise LeaseLost
            case Leave():
                records.release(claim, 0.0, None)
            case _:
                assert_never(step)

    def _release(self, holding: Holding, step: Release) -> None:
        due_in = backoff(self.retry, holding.claim.record, seed=self.seed)
        self.records.release(
            holding.claim, due_in, step.error, settled=step.settled, refund=step.refund, blind=step.blind
        )

    def _look(self, holding: Holding, cluster: Bulkhead) -> Wait[Sight]:
        yield from cluster.slots.take()
        try:
            yield from self.part.ready()
            began_at = self.env.now
            outcome = yield from cluster.perform(Show(name=holding.claim.record.name))
            yield from self.part.ready()
        finally:
            cluster.slots.leave()
        self.records.note_probe(holding.claim, Verb.SHOW, began_at, outcome)
        match outcome:
            case Done(reply=ShowReply(share=view)):
                return Present(at=began_at, view=view)
            case Failed(code=Code.NOT_FOUND):
                return Gone(at=began_at)
            case _:
                return Blind(outcome=outcome)

    def _send(self, verb: Verb, situation: Situation, holding: Holding, cluster: Bulkhead) -> Wait[Situation]:
        yield from cluster.slots.take()
        try:
            yield from self.part.ready()
            command = self.records.begin(holding.claim, verb, cluster.deadlines.total)
            if command is None:
                raise LeaseLost
            holding.claim = command.claim
            # Its phases' deadlines add up to the command's own, so that nothing here has to cut it short.
            request = mutation(command, holding.claim.record, cluster.claimed, self.rules.marks)
            outcome = yield from cluster.perform(request)
            yield from self.part.ready()
        finally:
            cluster.slots.leave()
        self.records.end(command, outcome)
        answer = Answer(meaning=classify(outcome), text=f"{verb}: {describe(outcome)}")
        return replace(situation, record=holding.claim.record, answer=answer, sight=None)
