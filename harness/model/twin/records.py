"""The store of the model: the same records and the same moves, in memory, each done at once."""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Mapping
from heapq import heappop, heappush

from connector.operations import Verb
from connector.outcomes import Outcome
from connector.values import replace
from harness.model.environment import FastEnvironment
from harness.model.twin.log import Log
from pipeline.numbering import next_sequence, request_id
from pipeline.record import Change, Claim, Command, Message, NewShare, ShareRecord
from pipeline.states import Operation, ShareState
from pipeline.store.protocol import Absent, Accepted, Exists, NotActive
from pipeline.transitions import create
from reports.history import Hop, SeenShare

__all__ = ["Records"]


class Records:
    """What `pipeline.store` promises, for one process of the model; instants are the environment's.

    What is accepted is seen after all else that is awake at this instant: a look that is due then comes too soon.
    """

    def __init__(self, env: FastEnvironment, commander: Hop) -> None:
        self._env = env
        self.log = Log(self._now, commander)
        self.messages: deque[Message] = deque()
        self._unseen: set[str] = set()
        self.counts: Counter[ShareState] = Counter()
        self._by_name: dict[tuple[str, str], str] = {}
        self._by_id: dict[str, ShareRecord] = {}
        self._due: dict[str, list[tuple[float, int, str]]] = defaultdict(list)
        self._rows = 0
        self._removed: dict[str, tuple[str, str]] = {}

    def _now(self) -> float:
        return float(self._env.now)

    def __len__(self) -> int:
        return len(self._by_id)

    def get(self, location: str, name: str) -> ShareRecord | None:
        return self._by_id.get(self._by_name.get((location, name), ""))

    def known(self, ids: Iterable[str]) -> frozenset[str]:
        return frozenset(id for id in ids if id in self._by_id)

    def removed(self, ids: Iterable[str]) -> Mapping[str, tuple[str, str]]:
        return {id: self._removed[id] for id in ids if id in self._removed}

    def seen(self) -> tuple[SeenShare, ...]:
        """All records, in the order of their making."""
        return tuple(
            SeenShare(location=row.location, name=row.name, share=row.id, state=row.state, size=row.size)
            for row in self._by_id.values()
        )

    def open_ones(self) -> list[ShareRecord]:
        """Those that somebody holds."""
        return [row for row in self._by_id.values() if row.owner is not None]

    # --- what the API does ------------------------------------------------------------------------------------

    def create(self, share: NewShare, *, message: bool) -> Accepted | Exists:
        found = self.get(share.location, share.name)
        self._rows += 1  # a name that is taken uses up a row's number too, as an insert that comes to nothing does
        if found is not None:
            return Exists(record=found)
        record = create(self._rows, share, self._now())
        self._by_name[share.location, share.name] = share.id
        return self._accept(record, None, message=message)

    def change(self, location: str, name: str, change: Change, *, message: bool) -> Accepted | Absent | NotActive:
        record = self.get(location, name)
        if record is None:
            return Absent()
        if record.state is not ShareState.ACTIVE:
            return NotActive(record=record)
        changed = replace(
            record,
            state=ShareState.DELETING if change.operation is Operation.DELETE else ShareState.UPDATING,
            operation=change.operation,
            size=record.size if change.size is None else change.size,
            generation=record.generation + 1,
            attempt=0,
            deferrals=0,
            reason=None,
            last_error=None,
            due_at=self._now(),
            updated_at=self._now(),
        )
        return self._accept(changed, record.state, message=message)

    def _accept(self, record: ShareRecord, before: ShareState | None, *, message: bool) -> Accepted:
        self._keep(record)
        self._unseen.add(record.id)
        self._env.call_in(0.0, self._commit, record)
        if message:
            number = len(self.log.changes) + 1
            told = Message(number=number, share=record.id, generation=record.generation)
            self._env.call_in(0.0, self._commit, told)
        self.log.changed(record, before, record.state, writer="api")
        return Accepted(record=record)

    def _commit(self, written: ShareRecord | Message) -> None:
        """A look that is due at this instant takes a turn, and the answer to whoever asked another."""
        self._env.call_in(0.0, self._show, written)

    def _show(self, written: ShareRecord | Message) -> None:
        if isinstance(written, Message):
            self.messages.append(written)
        else:
            self._unseen.discard(written.id)

    # --- what a processor does --------------------------------------------------------------------------------

    def claim_message(
        self, message: Message, owner: str, lease: float, locations: Iterable[str] | None
    ) -> Claim | None:
        record = self._by_id.get(message.share)
        if record is None or record.generation_done >= message.generation or not self._is_due(record):
            return None
        if locations is not None and record.location not in locations:
            return None
        return self._claim(record, owner, lease)

    def claim_due(self, owner: str, lease: float, locations: Iterable[str]) -> Claim | None:
        """The one that has been due longest."""
        heads = [head for location in locations if (head := self._head(location)) is not None]
        if not heads:
            return None
        _, _, id = min(heads)
        return self._claim(self._by_id[id], owner, lease)

    def begin(self, claim: Claim, verb: Verb, seconds: float) -> Command | None:
        record = self._held(claim)
        if record is None:
            return None
        deadline = self._now() + seconds
        assert record.lease_until is not None
        record = replace(
            record,
            sequence=next_sequence(record.sequence, record.row),
            settled=False,
            attempt=record.attempt + 1,
            command_deadline=max(record.command_deadline or deadline, deadline),
            lease_until=max(record.lease_until, deadline),
            due_at=max(record.due_at, deadline),
        )
        self._keep(record)
        known_by = request_id(record, verb)
        return Command(
            claim=replace(claim, record=record),
            attempt_number=self.log.begin(
                record, verb, self._now(), deadline, request_id=known_by, sequence=record.sequence
            ),
            verb=verb,
            request_id=known_by,
            sequence=record.sequence,
            deadline=deadline,
        )

    def end(self, command: Command, outcome: Outcome) -> None:
        self.log.end(command.attempt_number, outcome)

    def note_probe(self, claim: Claim, verb: Verb, began_at: float, outcome: Outcome) -> None:
        record = self._held(claim)
        if record is not None:
            self.log.end(self.log.begin(record, verb, began_at, self._now()), outcome)

    def move(
        self, claim: Claim, to: ShareState, reason: str | None, confirmed_size: int | None, *, writer: str = "processor"
    ) -> Claim | None:
        record = self._held(claim)
        if record is None:
            return None
        confirmed = record.confirmed_size if confirmed_size is None else confirmed_size
        moved = replace(record, state=to, reason=reason, confirmed_size=confirmed, updated_at=self._now())
        if to is ShareState.ACTIVE:
            size = record.size if confirmed is None else confirmed
            moved = replace(
                moved, size=size, generation_done=record.generation, owner=None, lease_until=None, last_error=None
            )
        elif to is ShareState.FAILING:
            moved = replace(moved, attempt=0, deferrals=0)
        self._keep(moved)
        self.log.changed(moved, record.state, to, writer=writer, fence=claim.fence, reason=reason)
        return replace(claim, record=moved)

    def give_up(self, claim: Claim, *, size: int, reason: str) -> Claim | None:
        record = self._held(claim)
        if record is None:
            return None
        given_up = replace(
            record, size=size, reason=reason, attempt=0, deferrals=0, settled=False, updated_at=self._now()
        )
        self._keep(given_up)
        return replace(claim, record=given_up)

    def release(
        self,
        claim: Claim,
        due_in: float,
        error: str | None,
        *,
        settled: bool = False,
        refund: bool = False,
        blind: bool = False,
    ) -> None:
        record = self._held(claim)
        if record is not None:
            released = replace(
                record,
                owner=None,
                lease_until=None,
                due_at=self._now() + due_in,
                last_error=error,
                settled=record.settled or settled,
                attempt=max(0, record.attempt - refund),
                deferrals=record.deferrals + (refund or blind),
                updated_at=self._now(),
            )
            self._keep(released)

    def remove(self, claim: Claim, *, writer: str = "processor") -> bool:
        record = self._held(claim)
        if record is None:
            return False
        del self._by_id[record.id]
        del self._by_name[record.location, record.name]
        self._removed[record.id] = (record.location, record.name)
        self.counts[record.state] -= 1
        self.log.changed(record, record.state, None, writer=writer, fence=claim.fence, reason=record.reason)
        return True

    def hold_until(self, claim: Claim, instant: float) -> None:
        """Its holder is dead: nobody takes the record before its lease has run out."""
        record = self._held(claim)
        if record is not None:
            until = max(instant, record.due_at)
            self._keep(replace(record, lease_until=until, due_at=until))

    def _claim(self, record: ShareRecord, owner: str, lease: float) -> Claim:
        until = self._now() + lease
        claimed = replace(
            record, owner=owner, lease_until=until, due_at=until, fence=record.fence + 1, updated_at=self._now()
        )
        self._keep(claimed)
        return Claim(record=claimed, owner=owner, fence=claimed.fence, lease_until=until)

    def _held(self, claim: Claim) -> ShareRecord | None:
        """The record as it is now, where fence, state and owner are still those that the holder saw."""
        record = self._by_id.get(claim.record.id)
        if record is None or (record.fence, record.state, record.owner) != (
            claim.fence,
            claim.record.state,
            claim.owner,
        ):
            return None
        return record

    def _is_due(self, record: ShareRecord) -> bool:
        return record.state is not ShareState.ACTIVE and record.due_at <= self._now()

    def _head(self, location: str) -> tuple[float, int, str] | None:
        heap = self._due[location]
        while heap:
            due_at, _, id = heap[0]
            record = self._by_id.get(id)
            if record is not None and record.state is not ShareState.ACTIVE and record.due_at == due_at:
                return heap[0] if due_at <= self._now() and id not in self._unseen else None
            heappop(heap)
        return None

    def _keep(self, record: ShareRecord) -> None:
        before = self._by_id.get(record.id)
        self._by_id[record.id] = record
        if before is not None:
            self.counts[before.state] -= 1
        self.counts[record.state] += 1
        if record.state is ShareState.ACTIVE:
            return
        if before is None or before.state is ShareState.ACTIVE or before.due_at != record.due_at:
            heappush(self._due[record.location], (record.due_at, record.row, record.id))
