"""What becomes of a create that has left the calm path: looks, waits, tries, cleanup, by the pipeline's own tables."""

from collections import Counter
from collections.abc import Callable
from typing import assert_never

from connector.codes import CATALOGUE, Code
from connector.operations import ShareView, Verb
from connector.outcomes import Outcome, Unknown, refusal
from connector.sites import Site
from connector.values import replace
from harness.model.fast.parts import Parts
from harness.model.fast.records import Records, first_sequence
from harness.model.fast.retry_state import DONE, Landed, Mutation, RetryState, Sent
from harness.model.fast.share import Share
from harness.service.reference import (
    Absent,
    Activate,
    Clear,
    ConnectorAnswer,
    Fail,
    Inconclusive,
    Leave,
    Lose,
    PipelineSettings,
    Present,
    Probe,
    Release,
    Remove,
    Rules,
    Send,
    ShareRecord,
    ShareState,
    Situation,
    WaitUntil,
    backoff,
    classify,
    decide,
    describe,
    request_id,
)
from reports.history import EffectKind

__all__ = ["SlowPath"]


class SlowPath:
    """All shares in trouble. removed: told of each whose record has gone. check: told before each command is sent; the
    number says which one of its verb it is."""

    def __init__(self, quick: Parts, records: Records, settings: PipelineSettings, *, seed: int) -> None:
        self._env = quick.env
        self._tally = quick.tally
        self._claims = quick.claims
        self._commands = quick.commands
        self._creates = quick.creates
        self._records = records
        self._seed = seed
        self._retry = settings.retry
        self._rules = Rules(marks=records.marks, attempts=settings.retry.attempts, skew=settings.command.skew)
        self.removed: Callable[[Share], None] = _nothing
        self.check: Callable[[Share, Verb, int], None] = _unchecked
        quick.claims.resume = self._claimed
        quick.creates.given_up = self._given_up
        quick.creates.starts = self._first_starts

    # --- into trouble -------------------------------------------------------------------------------------------

    def _given_up(self, share: Share, shown: bool) -> None:
        """Its first create, or its first show, has run out of time."""
        record = self._records.of(share)
        retry = RetryState(record, Counter({Verb.CREATE: 1, Verb.SHOW: int(shown)}))
        share.retry = retry
        late, now = self._late(share), self._env.now
        request, sequence = request_id(record, Verb.CREATE), record.sequence
        if not shown:
            retry.sent.append(Sent(Verb.CREATE, share.began, now, 1, late, request, sequence))
            self._decide(share, Situation(record=record, answer=self._answer(Verb.CREATE, late)))
            return
        created = share.create_ended
        retry.sent += [
            Sent(Verb.CREATE, share.began, created, 1, DONE, request, sequence),
            Sent(Verb.SHOW, share.shown, now, 1, late),
        ]
        retry.landed.append(Landed(EffectKind.CREATED, created))
        retry.made, retry.newest = True, sequence
        retry.done.add(request)
        self._decide(
            share, Situation(record=record, answer=self._answer(Verb.CREATE, DONE), sight=Inconclusive(outcome=late))
        )

    # --- deciding -----------------------------------------------------------------------------------------------

    def _claimed(self, share: Share) -> None:
        retry: RetryState = share.retry
        retry.record = replace(retry.record, fence=retry.record.fence + 1)
        self._tally.retries += 1
        self._decide(share, Situation(record=retry.record))

    def _decide(self, share: Share, situation: Situation) -> None:
        retry: RetryState = share.retry
        match decide(situation, self._rules):
            case Probe():
                self._commands.in_slot(share.cluster, lambda: self._look(share, situation))
            case Send(verb=verb):
                self._commands.in_slot(share.cluster, lambda: self._send(verb, share, situation))
            case Fail(reason=reason):
                self._tally.failing += 1
                retry.failed_at = self._env.now
                retry.record = replace(retry.record, state=ShareState.FAILING, reason=reason, attempt=0, deferrals=0)
                self._decide(share, replace(situation, record=retry.record, answer=None))
            case Activate() | Release() | WaitUntil() | Remove() as step:
                self._close(step, share)
            case Leave() | Lose() | Clear():
                raise AssertionError("a create is neither left nor lost, and has no snapshots")

    def _close(self, step: Activate | Release | WaitUntil | Remove, share: Share) -> None:
        record = share.retry.record
        match step:
            case Release():
                due_in = backoff(self._retry, record, seed=self._seed)
                self._release(
                    share, due_in, step.error, settled=step.settled, refund=step.refund, inconclusive=step.inconclusive
                )
            case WaitUntil(instant=instant, error=error, settled=settled):
                self._release(share, max(0.0, instant - self._env.now), error, settled=settled)
            case Activate():
                self._tally.after.append(self._env.now - share.asked)
                if not share.number % self._tally.every:
                    self._creates.ended(share, self._env.now)
            case Remove():
                self._tally.removed += 1
                if not share.number % self._tally.every:
                    self.removed(share)
            case _:
                assert_never(step)
        self._claims.let_go(share)

    def _release(
        self,
        share: Share,
        due_in: float,
        error: str | None,
        *,
        settled: bool,
        refund: bool = False,
        inconclusive: bool = False,
    ) -> None:
        retry: RetryState = share.retry
        record = retry.record
        due_at = self._env.now + due_in
        retry.record = replace(
            record,
            due_at=due_at,
            last_error=error,
            settled=record.settled or settled,
            attempt=max(0, record.attempt - refund),
            deferrals=record.deferrals + (refund or inconclusive),
        )
        self._claims.later(share, due_at)

    # --- commands -----------------------------------------------------------------------------------------------

    def _look(self, share: Share, situation: Situation) -> None:
        retry: RetryState = share.retry
        began = self._env.now

        def end() -> None:
            self._commands.free_slot(share.cluster)
            record = retry.record
            sight: Present | Absent = Absent(at=began)
            if retry.made:
                view = ShareView(
                    name=record.name,
                    size=record.size,
                    complete=True,
                    mark=self._records.marks.of(record),
                    request_id=request_id(record, Verb.CREATE),
                )
                sight = Present(at=began, view=view)
            seen = DONE if retry.made else _absent()
            retry.sent.append(Sent(Verb.SHOW, began, self._env.now, record.attempt, seen))
            self._decide(share, replace(situation, sight=sight))

        def late() -> None:
            unknown = self._late(share)
            retry.sent.append(Sent(Verb.SHOW, began, self._env.now, retry.record.attempt, unknown))
            self._decide(share, replace(situation, sight=Inconclusive(outcome=unknown)))

        self._commands.serve(share.cluster, self._service(share, Verb.SHOW), end, late)

    def _send(self, verb: Verb, share: Share, situation: Situation) -> None:
        retry: RetryState = share.retry
        now, record = self._env.now, retry.record
        deadline = now + self._records.total
        record = retry.record = replace(
            record,
            sequence=record.sequence + 1,
            settled=False,
            attempt=record.attempt + 1,
            command_deadline=max(record.command_deadline or deadline, deadline),
        )
        request = request_id(record, verb)
        ends: list[Outcome] = []

        def over(outcome: Outcome) -> None:
            retry.sent.append(Sent(verb, now, self._env.now, record.attempt, outcome, request, record.sequence))
            answer = self._answer(verb, outcome)
            self._decide(share, replace(situation, record=retry.record, answer=answer, sight=None))

        def end() -> None:
            self._commands.free_slot(share.cluster)
            over(ends[0])

        def late() -> None:
            command.given_up_at = self._env.now
            over(self._late(share))

        command = Mutation(retry, verb, request, record.sequence, deadline)
        self._commands.serve(
            share.cluster,
            self._service(share, verb),
            end,
            late,
            lambda: command.start(self._env, ends.append),
        )

    def _first_starts(self, share: Share) -> Callable[[], None]:
        """The first create of a share begins its service, after it has waited; in trouble it may be too late."""
        retry = share.retry
        if retry is None:
            return lambda: self._first_lands(share)
        record: ShareRecord = retry.record
        request = request_id(record, Verb.CREATE)
        sequence = first_sequence(share)
        not_after = share.began + self._records.total
        command = Mutation(retry, Verb.CREATE, request, sequence, not_after)
        command.given_up_at = share.began + self._commands.patience
        return command.start(self._env, _ignored)

    def _first_lands(self, share: Share) -> None:
        """It ends: in time, and nobody asks; or late, where nothing has overtaken it."""
        retry: RetryState | None = share.retry
        if retry is not None and retry.newest <= first_sequence(share):
            retry.made = True
            retry.done.add(request_id(retry.record, Verb.CREATE))
            retry.landed.append(Landed(EffectKind.CREATED, self._env.now, late=True))
            self._tally.late_effects += 1

    def _service(self, share: Share, verb: Verb) -> float:
        retry: RetryState = share.retry
        retry.seen[verb] += 1
        self.check(share, verb, retry.seen[verb])
        self._tally.commands[verb] += 1
        return share.cluster.own_work(verb, retry.seen[verb], retry.record.name)

    def _late(self, share: Share) -> Unknown:
        self._tally.timeouts += 1
        message = f"no exit status within {self._commands.patience:g} s, after 0 bytes of reply"
        return Unknown(code=Code.TIMEOUT, site=Site.CONNECTOR_REPLY, message=message)

    def _answer(self, verb: Verb, outcome: Outcome) -> ConnectorAnswer:
        return ConnectorAnswer(outcome_class=classify(outcome), text=f"{verb}: {describe(outcome)}")


def _absent() -> Outcome:
    return refusal(Code.NOT_FOUND, Site.CONNECTOR_EXEC, CATALOGUE[Code.NOT_FOUND].prose, sent=True)


def _ignored(outcome: Outcome) -> None:
    return


def _nothing(share: Share) -> None:
    return


def _unchecked(share: Share, verb: Verb, attempt: int) -> None:
    return
