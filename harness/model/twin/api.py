"""The twin's API: idempotency keys, reads, and the three designs of what happens to a request."""

from collections.abc import Callable, Generator, Mapping
from typing import Any, Protocol

from simpy import Event, Interrupt, Process

from harness.model.environment import FastEnvironment
from harness.model.twin.bulkhead import Bulkhead
from harness.model.twin.part import Part
from harness.model.twin.records import Records
from harness.model.twin.replies import ABSENT, KEY_REUSED, answer_of, is_kept, shown
from harness.model.twin.waiting import Wait, ended
from harness.model.twin.worker import Holding, LeaseLost, Worker
from harness.service.answer import Answer
from pipeline.record import Change, Message, NewShare, ShareRecord
from pipeline.settings import ApiSettings
from pipeline.states import Operation, ShareState
from pipeline.store.protocol import Absent, Accepted, Exists, NotActive
from reports.history import Op, OpKind, OpResult

__all__ = ["Accepting", "Api", "InProcess", "Spooled", "accept"]

Acceptance = Accepted | Exists | Absent | NotActive
NewId = Callable[[], str]


class Accepting(Protocol):
    """What a design does with a request for a create or a change whose key is new."""

    def take(self, op: Op, id: str) -> Wait[Answer]: ...


def accept(records: Records, op: Op, id: str, *, message: bool) -> Acceptance:
    """The transaction of a request. id: of the record, where it makes one."""
    if op.kind is OpKind.CREATE:
        assert op.size is not None
        share = NewShare(id=id, location=op.location, name=op.name, size=op.size)
        return records.create(share, message=message)
    operation = Operation.DELETE if op.kind is OpKind.DELETE else Operation.RESIZE
    return records.change(op.location, op.name, Change(operation=operation, size=op.size), message=message)


class Spooled:
    """Record and message in one transaction; a processor does the rest."""

    def __init__(self, records: Records, settings: ApiSettings) -> None:
        self._records = records
        self._settings = settings

    def take(self, op: Op, id: str) -> Wait[Answer]:
        yield from ()
        return answer_of(accept(self._records, op, id, message=True), self._settings)


class InProcess:
    """Answers at once, and carries on in a task that ends with its process."""

    def __init__(
        self,
        env: FastEnvironment,
        part: Part,
        records: Records,
        settings: ApiSettings,
        *,
        clusters: Mapping[str, Bulkhead],
        worker: Worker,
        lease: float,
    ) -> None:
        self._env = env
        self._part = part
        self._records = records
        self._settings = settings
        self._clusters = clusters
        self._worker = worker
        self._lease = lease
        self._tasks: dict[Process, None] = {}
        part.when_killed.append(self._die)

    def take(self, op: Op, id: str) -> Wait[Answer]:
        yield from ()
        acceptance = accept(self._records, op, id, message=False)
        if isinstance(acceptance, Accepted):
            task = self._env.process(self._carry_on(acceptance.record))
            self._tasks[task] = None
            task.callbacks.append(lambda event: self._tasks.pop(task, None))
        return answer_of(acceptance, self._settings)

    def _die(self) -> None:
        for task in tuple(self._tasks):
            ended(task)
        self._tasks.clear()

    def _carry_on(self, record: ShareRecord) -> Generator[Event, Any, None]:
        """Until the operation has ended; when the process ends, nobody takes its place."""
        message = Message(number=0, share=record.id, generation=record.generation)
        try:
            while True:
                claim = self._records.claim_message(message, "api", self._lease, None)
                if claim is not None:
                    holding = Holding(claim=claim, began=self._env.now)
                    yield from self._worker.work(holding, self._clusters[record.location])
                now = self._records.get(record.location, record.name)
                if now is None or now.id != record.id or now.state is ShareState.ACTIVE:
                    return
                yield self._env.timeout(max(0.0, now.due_at - self._env.now))
                yield from self._part.ready()
        except (Interrupt, LeaseLost):
            return


class Api:
    """Answers requests while its process lives. new_ids: the maker of ids of each life, from 1."""

    def __init__(self, part: Part, records: Records, design: Accepting, new_ids: Callable[[int], NewId]) -> None:
        self._part = part
        self._records = records
        self._design = design
        self._new_ids = new_ids
        self._new_id = new_ids(1)
        part.when_started.append(self._begin)
        self._kept: dict[str, tuple[Op, Answer | None]] = {}

    def handle(self, op: Op) -> Wait[Answer]:
        """The answer to one request. What it did stands, whether or not anybody waits for it any more."""
        yield from self._part.ready()
        match op.kind:
            case OpKind.GET:
                record = self._records.get(op.location, op.name)
                return ABSENT if record is None else shown(record)
            case OpKind.LIST:
                return Answer(result=OpResult.OK, status=200)
            case OpKind.CREATE | OpKind.RESIZE | OpKind.DELETE:
                return (yield from self._once(op))

    def _begin(self) -> None:
        self._new_id = self._new_ids(self._part.life + 1)

    def _once(self, op: Op) -> Wait[Answer]:
        """What was decided when the key was seen before. A create has an id before that is known."""
        id = self._new_id() if op.kind is OpKind.CREATE else ""
        if op.key is None:
            return (yield from self._design.take(op, id))
        earlier = self._kept.get(op.key)
        if earlier is not None and not _is_same(earlier[0], op):
            return KEY_REUSED
        if earlier is not None and earlier[1] is not None:
            return earlier[1]
        answer = yield from self._design.take(op, id)
        self._kept[op.key] = op, answer if is_kept(answer) else None
        return answer


def _is_same(one: Op, other: Op) -> bool:
    return (one.kind, one.location, one.name, one.size) == (other.kind, other.location, other.name, other.size)
