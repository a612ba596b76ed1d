"""The twin of the blocking design: the cluster is called inside the request, within a bound."""

from collections.abc import Generator, Mapping
from typing import Any

from simpy import Event, Interrupt, Process

from connector.codes import Code
from connector.operations import Verb
from connector.outcomes import Done, Failed, Outcome
from harness.model.environment import FastEnvironment
from harness.model.twin.api import accept
from harness.model.twin.bulkhead import Bulkhead
from harness.model.twin.part import Part
from harness.model.twin.records import Records
from harness.model.twin.replies import answer_of, declined, finished, is_kept
from harness.model.twin.waiting import Turn, Wait, ended, within
from harness.service.answer import Answer
from pipeline.designs.blocking import out_of_time
from pipeline.marks import Marks
from pipeline.processor.meanings import describe
from pipeline.processor.mutation import mutation
from pipeline.record import Claim, Command, Message
from pipeline.settings import ApiSettings
from pipeline.states import Operation, ShareState
from pipeline.store.protocol import Accepted
from reports.history import Op

__all__ = ["Blocking"]

_VERBS = {Operation.CREATE: Verb.CREATE, Operation.RESIZE: Verb.RESIZE, Operation.DELETE: Verb.DELETE}
_WRITER = "api"


class Blocking:
    """As `pipeline.designs.blocking.Blocking`. bound, wait: seconds."""

    def __init__(
        self,
        env: FastEnvironment,
        part: Part,
        records: Records,
        settings: ApiSettings,
        *,
        clusters: Mapping[str, Bulkhead],
        marks: Marks,
        bound: float,
        wait: float | None,
    ) -> None:
        self._env = env
        self._part = part
        self._records = records
        self._settings = settings
        self._clusters = clusters
        self._marks = marks
        self._bound = bound
        self._wait = wait
        self._turns: dict[str, Turn] = {}
        self._kept: dict[str, Answer] = {}
        self._commanding: dict[Process, None] = {}
        part.when_killed.append(self._die)
        part.when_started.append(self._undo_all)

    def take(self, op: Op, id: str) -> Wait[Answer]:
        """Requests of one key take turns: the later one finds the answer of the earlier."""
        key = op.key or ""
        turn = self._turns.setdefault(key, Turn(self._env))
        yield from turn.take()
        try:
            if key in self._kept:
                return self._kept[key]
            answer = yield from self._answer(op, id)
            if is_kept(answer):
                self._kept[key] = answer
            return answer
        finally:
            turn.leave()

    def _answer(self, op: Op, id: str) -> Wait[Answer]:
        acceptance = accept(self._records, op, id, message=False)
        if not isinstance(acceptance, Accepted):
            return answer_of(acceptance, self._settings)
        record = acceptance.record
        message = Message(number=0, share=record.id, generation=record.generation)
        claim = self._records.claim_message(message, _WRITER, self._bound, None)
        assert claim is not None
        outcome = yield from self._bounded(_Call(claim))
        return self._end(claim, outcome)

    def _bounded(self, call: "_Call") -> Wait[Outcome]:
        commanding = self._env.process(self._command(call))
        self._commanding[commanding] = None
        try:
            is_answered = yield from within(self._env, commanding, self._bound)
            yield from self._part.ready()
            if not is_answered:
                ended(commanding)
                call.outcome = out_of_time(self._bound, self._wait, sent=call.command is not None)
        finally:
            self._commanding.pop(commanding, None)
        assert call.outcome is not None
        if call.command is not None:
            self._records.end(call.command, call.outcome)
        return call.outcome

    def _command(self, call: "_Call") -> Generator[Event, Any, None]:
        record = call.claim.record
        cluster = self._clusters[record.location]
        try:
            silence = yield from cluster.learn()
            if silence is not None:
                assert not isinstance(silence, Done)
                call.outcome = Failed(code=silence.code, site=silence.site, message=silence.message)
                return
            if not (yield from self._place(cluster)):
                call.outcome = out_of_time(self._bound, self._wait, sent=False)
                return
            try:
                yield from self._part.ready()
                seconds = min(self._bound, cluster.deadlines.total)
                call.command = self._records.begin(call.claim, _VERBS[record.operation], seconds)
                assert call.command is not None
                request = mutation(call.command, record, cluster.claimed, self._marks)
                call.outcome = yield from cluster.perform(request)
            finally:
                cluster.slots.leave()
        except Interrupt:
            return

    def _place(self, cluster: Bulkhead) -> Wait[bool]:
        """Whether it got a place on the cluster in time; the bound ends the wait by an interrupt."""
        if self._wait is not None:
            return (yield from cluster.slots.take_within(self._wait))
        yield from cluster.slots.take()
        return True

    def _end(self, claim: Claim, outcome: Outcome) -> Answer:
        """Close or undo the operation."""
        record = claim.record
        is_delete = record.operation is Operation.DELETE
        is_gone = is_delete and isinstance(outcome, Failed) and outcome.code is Code.NOT_FOUND
        if not isinstance(outcome, Done) and not is_gone:
            self._undo(claim, f"{record.operation}: {describe(outcome)}")
            return declined(outcome)
        if is_delete:
            self._records.remove(claim, writer=_WRITER)
            return finished(record)
        moved = self._records.move(claim, ShareState.ACTIVE, None, record.size, writer=_WRITER)
        assert moved is not None
        return finished(moved.record)

    def _undo(self, claim: Claim, reason: str) -> None:
        """As if nothing had been asked."""
        record = claim.record
        if record.state is ShareState.PENDING:
            failing = self._records.move(claim, ShareState.FAILING, reason, None, writer=_WRITER)
            assert failing is not None
            self._records.remove(failing, writer=_WRITER)
        else:
            self._records.move(claim, ShareState.ACTIVE, reason, record.confirmed_size, writer=_WRITER)

    def _undo_all(self) -> None:
        """What the last life left open is rolled back when the next begins."""
        for record in self._records.open_ones():
            claim = Claim(record=record, owner=record.owner or "", fence=record.fence, lease_until=self._env.now)
            self._undo(claim, "the service ended in the midst")

    def _die(self) -> None:
        for process in tuple(self._commanding):
            ended(process)
        self._commanding.clear()
        self._turns.clear()


class _Call:
    """One operation's command on its way."""

    __slots__ = ("claim", "command", "outcome")

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        self.command: Command | None = None
        self.outcome: Outcome | None = None
