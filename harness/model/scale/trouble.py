"""What becomes of a create that has left the calm path: looks, waits, tries, cleanup, by the pipeline's own tables."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import assert_never

from connector.chance import Chance
from connector.codes import CATALOGUE, Code
from connector.operations import DoneReply, ShareView, Verb
from connector.outcomes import Done, Outcome, Unknown, refusal
from connector.sites import Site
from harness.model.environment import FastEnvironment
from harness.model.scale.quick import Quick
from harness.model.scale.share import Share
from harness.workload.names import share_name
from pipeline.processor.backoff import backoff
from pipeline.processor.decide import decide
from pipeline.processor.meanings import classify, describe
from pipeline.processor.processor import deadlines_of
from pipeline.processor.situation import Answer, Blind, Gone, Present, Rules, Situation, mark_of
from pipeline.processor.steps import (
    Activate,
    Fail,
    Leave,
    Probe,
    Release,
    Remove,
    SendCreate,
    SendDelete,
    SendResize,
    WaitUntil,
)
from pipeline.record import ShareRecord
from pipeline.settings import PipelineSettings
from pipeline.states import Operation, ShareState
from pipeline.uuid7 import uuid7_of
from reports.history import EffectKind

__all__ = ["Plight", "Troubles"]

_ROW_BITS = 20
_DONE = DoneReply()


class Plight:
    """made: the share is on the cluster. newest: sequence that the cluster has seen. done: request ids.
    rows, effects: its commands and what they did, for the record: (verb, began, ended, tried, sequence, outcome)
    and (kind, instant, late)."""

    __slots__ = ("done", "effects", "failed_at", "made", "newest", "record", "rows", "seen")

    def __init__(self, record: ShareRecord, seen: Counter[Verb]) -> None:
        self.record = record
        self.seen = seen
        self.made = False
        self.newest = 0
        self.done: set[str] = set()
        self.failed_at = 0.0
        self.rows: list[tuple[Verb, float, float, int, int | None, Outcome]] = []
        self.effects: list[tuple[EffectKind, float, bool]] = []


class Troubles:
    """All shares in trouble. removed: told of each whose record has gone."""

    def __init__(self, quick: Quick, settings: PipelineSettings, *, seed: int) -> None:
        self._quick = quick
        self._env = quick.env
        self._seed = seed
        self._entropy = Chance(seed, "entropy", "api-1")
        self._deadlines = deadlines_of(settings.command)
        self._retry = settings.retry
        self._rules = Rules(
            owner=settings.processor.owner, attempts=settings.retry.attempts, skew=settings.command.skew
        )
        self.removed: Callable[[Share], None] = _nothing
        quick.given_up = self._given_up
        quick.claimed = self._claimed
        quick.starts = self._first_starts

    # --- into trouble -------------------------------------------------------------------------------------------

    def _given_up(self, share: Share, shown: bool) -> None:
        """Its first create, or its first show, has run out of time."""
        record = self.record(share)
        plight = Plight(record, Counter({Verb.CREATE: 1, Verb.SHOW: int(shown)}))
        share.trouble = plight
        late = self._late(share)
        sequence = record.sequence
        if not shown:
            plight.rows.append((Verb.CREATE, share.began, self._env.now, 1, sequence, late))
        else:
            created = share.shown if share.created is None else share.created
            plight.rows.append((Verb.CREATE, share.began, created, 1, sequence, Done(reply=_DONE)))
            plight.rows.append((Verb.SHOW, share.shown, self._env.now, 1, None, late))
            plight.effects.append((EffectKind.CREATED, created, False))
        if shown:
            plight.made, plight.newest = True, record.sequence
            plight.done.add(self._request_id(record, Verb.CREATE))
            done = Answer(meaning=classify(Done(reply=_DONE)), text="create: done")
            self._decide(share, Situation(record=record, answer=done, sight=Blind(outcome=late)))
        else:
            self._decide(share, Situation(record=record, answer=self._answer(Verb.CREATE, late)))

    def mark(self, record: ShareRecord) -> str:
        """What a share carries on its cluster."""
        return mark_of(self._rules.owner, record.id)

    @property
    def total(self) -> float:
        """Seconds that a command has from its beginning."""
        return self._deadlines.total

    def record(self, share: Share) -> ShareRecord:
        """As it is now; or, of a share that met no trouble, as it was while its create was under way."""
        if share.trouble is not None:
            known: ShareRecord = share.trouble.record
            return known
        deadline = share.began + self._deadlines.total
        number = share.number
        tail = int.from_bytes(self._entropy.bits(number - 1).to_bytes(8, "little"), "big")
        return ShareRecord(
            row=number,
            id=uuid7_of(share.stamp, tail),
            location=share.cluster.name,
            name=share_name(self._seed, number),
            size=1,
            confirmed_size=None,
            spec_hash="",
            operation=Operation.CREATE,
            generation=1,
            generation_done=0,
            state=ShareState.PENDING,
            reason=None,
            owner="",
            lease_until=None,
            fence=1,
            sequence=(number << _ROW_BITS) + 1,
            command_deadline=deadline,
            attempt=1,
            due_at=deadline,
            last_error=None,
            created_at=share.asked,
            updated_at=share.asked,
            settled=False,
        )

    # --- deciding -----------------------------------------------------------------------------------------------

    def _claimed(self, share: Share) -> None:
        plight: Plight = share.trouble
        plight.record = replace(plight.record, fence=plight.record.fence + 1)
        self._quick.tally.retries += 1
        self._decide(share, Situation(record=plight.record))

    def _decide(self, share: Share, situation: Situation) -> None:
        plight: Plight = share.trouble
        match decide(situation, self._rules):
            case Probe():
                self._in_slot(share, lambda: self._look(share, situation))
            case SendCreate():
                self._in_slot(share, lambda: self._send(Verb.CREATE, share, situation))
            case SendDelete():
                self._in_slot(share, lambda: self._send(Verb.DELETE, share, situation))
            case Fail(reason=reason):
                self._quick.tally.failing += 1
                plight.failed_at = self._env.now
                plight.record = replace(plight.record, state=ShareState.FAILING, reason=reason, attempt=0)
                self._decide(share, replace(situation, record=plight.record, answer=None))
            case Activate() | Release() | WaitUntil() | Remove() as step:
                self._close(step, share)
            case Leave() | SendResize():
                raise AssertionError("a create is neither resized nor left")

    def _close(self, step: Activate | Release | WaitUntil | Remove, share: Share) -> None:
        quick, record = self._quick, share.trouble.record
        match step:
            case Release():
                due_in = backoff(self._retry, record, seed=self._seed)
                self._release(share, due_in, step.error, settled=step.settled, refund=step.refund)
            case WaitUntil(instant=instant, error=error, settled=settled):
                self._release(share, max(0.0, instant - self._env.now), error, settled=settled)
            case Activate():
                quick.tally.after.append(self._env.now - share.asked)
                if not share.number % quick.tally.every:
                    quick.ended(share)
            case Remove():
                quick.tally.removed += 1
                if not share.number % quick.tally.every:
                    self.removed(share)
            case _:
                assert_never(step)
        quick.let_go(share)

    def _release(self, share: Share, due_in: float, error: str | None, *, settled: bool, refund: bool = False) -> None:
        plight: Plight = share.trouble
        record = plight.record
        due_at = self._env.now + due_in
        plight.record = replace(
            record,
            due_at=due_at,
            last_error=error,
            settled=record.settled or settled,
            attempt=max(0, record.attempt - refund),
        )
        self._quick.later(share, due_at)

    # --- commands -----------------------------------------------------------------------------------------------

    def _in_slot(self, share: Share, go: Callable[[], None]) -> None:
        cluster = share.cluster
        if not cluster.slots:
            cluster.waiting.append(lambda: self._in_slot(share, go))
            return
        cluster.slots -= 1
        go()

    def _look(self, share: Share, situation: Situation) -> None:
        plight: Plight = share.trouble
        began = self._env.now

        def end() -> None:
            self._quick.free_slot(share.cluster)
            record = plight.record
            sight: Present | Gone = Gone(at=began)
            if plight.made:
                view = ShareView(
                    name=record.name,
                    size=record.size,
                    complete=True,
                    mark=mark_of(self._rules.owner, record.id),
                    request_id=self._request_id(record, Verb.CREATE),
                )
                sight = Present(at=began, view=view)
            seen = Done(reply=_DONE) if plight.made else _absent()
            plight.rows.append((Verb.SHOW, began, self._env.now, record.attempt, None, seen))
            self._decide(share, replace(situation, sight=sight))

        def late() -> None:
            unknown = self._late(share)
            plight.rows.append((Verb.SHOW, began, self._env.now, plight.record.attempt, None, unknown))
            self._decide(share, replace(situation, sight=Blind(outcome=unknown)))

        self._quick.serve(share.cluster, self._service(share, Verb.SHOW), end, late)

    def _send(self, verb: Verb, share: Share, situation: Situation) -> None:
        plight: Plight = share.trouble
        now, record = self._env.now, plight.record
        deadline = now + self._deadlines.total
        record = plight.record = replace(
            record,
            sequence=record.sequence + 1,
            settled=False,
            attempt=record.attempt + 1,
            command_deadline=max(record.command_deadline or deadline, deadline),
        )
        ends: list[Outcome] = []

        def over(outcome: Outcome) -> None:
            plight.rows.append((verb, now, self._env.now, record.attempt, record.sequence, outcome))
            answer = self._answer(verb, outcome)
            self._decide(share, replace(situation, record=plight.record, answer=answer, sight=None))

        def end() -> None:
            self._quick.free_slot(share.cluster)
            over(ends[0])

        command = _Command(plight, verb, self._request_id(record, verb), record.sequence, deadline)
        self._quick.serve(
            share.cluster,
            self._service(share, verb),
            end,
            lambda: over(self._late(share)),
            lambda: command.start(self._env, ends.append),
        )

    def _first_starts(self, share: Share) -> Callable[[], None]:
        """The first create of a share begins its service, after it has waited; in trouble it may be too late."""
        plight = share.trouble
        if plight is None:
            return lambda: self._first_lands(share)
        record: ShareRecord = plight.record
        request_id = self._request_id(record, Verb.CREATE)
        sequence = (share.number << _ROW_BITS) + 1
        not_after = share.began + self._deadlines.total
        return _Command(plight, Verb.CREATE, request_id, sequence, not_after).start(self._env, _ignored)

    def _first_lands(self, share: Share) -> None:
        """It ends: in time, and nobody asks; or late, where nothing has overtaken it."""
        plight: Plight | None = share.trouble
        if plight is not None and plight.newest <= (share.number << _ROW_BITS) + 1:
            plight.made = True
            plight.done.add(self._request_id(plight.record, Verb.CREATE))
            plight.effects.append((EffectKind.CREATED, self._env.now, True))
            self._quick.tally.late_effects += 1

    def _service(self, share: Share, verb: Verb) -> float:
        plight: Plight = share.trouble
        plight.seen[verb] += 1
        self._quick.tally.commands[verb] += 1
        return share.cluster.own_time(verb, self._env.now, plight.seen[verb], plight.record.name)

    def _late(self, share: Share) -> Unknown:
        self._quick.tally.timeouts += 1
        message = f"no exit status within {self._deadlines.command:g} s, after 0 bytes of reply"
        return Unknown(code=Code.TIMEOUT, site=Site.CONNECTOR_REPLY, message=message)

    def _answer(self, verb: Verb, outcome: Outcome) -> Answer:
        return Answer(meaning=classify(outcome), text=f"{verb}: {describe(outcome)}")

    def _request_id(self, record: ShareRecord, verb: Verb) -> str:
        once = f"{record.id}.{record.generation}.{verb}"
        return f"{once}.{record.sequence}" if verb is Verb.DELETE else once


class _Command:
    """A mutation as a cluster sees it: refused as overtaken or expired when it starts, else carried out at its end."""

    __slots__ = ("_not_after", "_plight", "_request_id", "_sequence", "_verb")

    def __init__(self, plight: Plight, verb: Verb, request_id: str, sequence: int, not_after: float) -> None:
        self._plight = plight
        self._verb = verb
        self._request_id = request_id
        self._sequence = sequence
        self._not_after = not_after

    def start(self, env: FastEnvironment, answer: Callable[[Outcome], object]) -> Callable[[], None]:
        """Its service begins; what is returned is to be called as it ends, and hands on what comes of it."""
        plight = self._plight
        code = Code.STALE if self._sequence < plight.newest else Code.EXPIRED if env.now > self._not_after else None
        plight.newest = max(plight.newest, self._sequence)

        def end() -> None:
            answer(self._end(code, env.now))

        return end

    def _end(self, code: Code | None, now: float) -> Outcome:
        plight = self._plight
        if self._request_id in plight.done:
            return Done(reply=_DONE)
        if code is None and self._sequence < plight.newest:
            code = Code.STALE
        if code is None and self._verb is Verb.DELETE and not plight.made:
            code = Code.NOT_FOUND
        if code is not None:
            return refusal(code, Site.CONNECTOR_EXEC, CATALOGUE[code].prose, sent=True)
        plight.made = self._verb is Verb.CREATE
        plight.done.add(self._request_id)
        plight.effects.append((EffectKind.CREATED if plight.made else EffectKind.DELETED, now, False))
        return Done(reply=_DONE)


def _absent() -> Outcome:
    return refusal(Code.NOT_FOUND, Site.CONNECTOR_EXEC, CATALOGUE[Code.NOT_FOUND].prose, sent=True)


def _ignored(outcome: Outcome) -> None:
    return


def _nothing(share: Share) -> None:
    return
