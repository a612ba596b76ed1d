"""A store over tables: each method is one transaction, run by a writer or a reader."""

import copy
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TypeVar

from connector.clock import Clock
from connector.operations import Verb
from connector.outcomes import Outcome
from pipeline.findings import FindingKind, SweepFinding
from pipeline.holds import Hold, HoldKind
from pipeline.marks import StoreIdentity
from pipeline.record import (
    Change,
    Claim,
    Command,
    DeadFilter,
    Idempotency,
    Message,
    NewShare,
    SharePart,
    Unclaimed,
)
from pipeline.states import ShareState
from pipeline.store import accepting, claiming, idempotency, jobs, operations
from pipeline.store.acceptances import Acceptance, Accepted, Finished, Render, StoredAnswer
from pipeline.store.notices import NoticeStore
from pipeline.store.spool import TableSpool
from pipeline.store.table_reads import TableReads
from pipeline.store.tables import Reader, Tables, Work, Writer
from pipeline.store.wakeup import Wakeup

__all__ = ["TransactionalStore"]

T = TypeVar("T")


class TransactionalStore(TableReads):
    """Every protocol of a store (protocol.py and operation_store.py say what each method promises), and `transact`.

    wakeup: of those who wait at the spool. message_lifetime: seconds. clock: by which all its instants are told.
    """

    def __init__(
        self,
        writer: Writer,
        readers: Reader,
        identity: StoreIdentity,
        *,
        spool: TableSpool,
        message_lifetime: float,
        wakeup: Wakeup,
        clock: Clock,
    ) -> None:
        super().__init__(readers)
        self.identity = identity
        self.clock = clock
        self._writer = writer
        self.spool = spool
        self.notices = NoticeStore(writer=writer, readers=readers, identity=identity, clock=clock)
        self._send_messages(message_lifetime)
        self._wakeup = wakeup
        self._name = "processor"

    def with_writer(self, name: str, *, messages: bool = True) -> "TransactionalStore":
        """See `Store.with_writer`."""
        other = copy.copy(self)
        other._name = name
        if not messages:
            other._send_messages(None)
        return other

    def _send_messages(self, lifetime: float | None) -> None:
        self._message_lifetime = lifetime
        self._create_all = partial(accepting.create_all, message_lifetime=lifetime)

    async def transact(self, work: Work[T]) -> T:
        """Run any code in a transaction of its own, durable on return: for tools and experiments."""
        return await self._writer.write(work)

    async def create(self, share: NewShare, key: Idempotency | None, render: Render) -> Acceptance:
        """See `ApiStore.create`."""
        if key is None:
            return self._told(await self._writer.write_together(self._create_all, share))

        def work(tables: Tables) -> Acceptance:
            return idempotency.once(tables, key, render, lambda: self._create_all(tables, [share])[0])

        return self._told(await self._writer.write(work))

    async def change(
        self, location: str, name: str, change: Change, key: Idempotency | None, render: Render
    ) -> Acceptance:
        """See `ApiStore.change`."""

        def work(tables: Tables) -> Acceptance:
            return idempotency.once(
                tables,
                key,
                render,
                lambda: accepting.change(tables, location, name, change, message_lifetime=self._message_lifetime),
            )

        return self._told(await self._writer.write(work))

    async def open_create(
        self, share: NewShare, key: Idempotency | None, render: Render, *, owner: str, lease: float
    ) -> Claim | Acceptance:
        """See `OperationStore.open_create`."""

        def accept(tables: Tables) -> Acceptance:
            return self._create_all(tables, [share])[0]

        return await self._open(accept, key, render, owner=owner, lease=lease)

    async def open_change(
        self,
        location: str,
        name: str,
        change: Change,
        key: Idempotency | None,
        render: Render,
        *,
        owner: str,
        lease: float,
    ) -> Claim | Acceptance:
        """See `OperationStore.open_change`."""

        def accept(tables: Tables) -> Acceptance:
            return accepting.change(tables, location, name, change, message_lifetime=self._message_lifetime)

        return await self._open(accept, key, render, owner=owner, lease=lease)

    async def _open(
        self,
        accept: Callable[[Tables], Acceptance],
        key: Idempotency | None,
        render: Render,
        *,
        owner: str,
        lease: float,
    ) -> Claim | Acceptance:
        return await self._writer.write(
            lambda tables: operations.open_operation(tables, accept, key, render, owner=owner, lease=lease)
        )

    async def close(self, claim: Claim, key: Idempotency | None, render: Render) -> Finished:
        """See `OperationStore.close`."""

        def work(tables: Tables) -> Finished:
            finished = Finished(record=operations.close(tables, claim, writer=self._name))
            idempotency.keep(tables, key, render(finished))
            return finished

        return await self._writer.write(work)

    async def roll_back(
        self, claim: Claim, reason: str, *, key: Idempotency | None = None, answer: StoredAnswer | None = None
    ) -> None:
        """See `OperationStore.roll_back`."""
        await self._writer.write(
            lambda tables: operations.roll_back(tables, claim, reason, key, answer, writer=self._name)
        )

    async def roll_back_all(self, reason: str) -> int:
        """See `OperationStore.roll_back_all`."""
        return await self._writer.write(lambda tables: operations.roll_back_all(tables, reason, writer=self._name))

    async def requeue(self, wanted: DeadFilter) -> int:
        """See `OperatorStore.requeue`."""
        lifetime = self._message_lifetime
        count = await self._writer.write(
            lambda tables: tables.requeue(wanted, None if lifetime is None else tables.now + lifetime)
        )
        self._wakeup.notify()
        return count

    async def hold(self, location: str, kind: HoldKind, *, reason: str, who: str, seconds: float | None = None) -> Hold:
        """See `HoldStore.hold`."""

        def work(tables: Tables) -> Hold:
            until = None if seconds is None else tables.now + seconds
            hold = Hold(location=location, kind=kind, reason=reason, who=who, since=tables.now, until=until)
            tables.put_hold(hold)
            return hold

        return await self._writer.write(work)

    async def lift(self, location: str) -> Hold | None:
        """See `HoldStore.lift`."""

        def work(tables: Tables) -> Hold | None:
            holds = [hold for hold in tables.holds() if hold.location == location and hold.is_in_force(tables.now)]
            tables.drop_hold(location)
            return holds[0] if holds else None

        lifted = await self._writer.write(work)
        self._wakeup.notify()
        return lifted

    async def claim(
        self,
        message: Message | None,
        *,
        owner: str,
        lease: float,
        locations: frozenset[str] | None = None,
        turns: Mapping[str, str] | None = None,
        poison: int | None = None,
    ) -> Claim | None:
        """See `JobStore.claim`."""
        return await self._writer.write(
            lambda tables: claiming.claim(
                tables, message, owner, lease, locations, turns=turns, poison=poison, writer=self._name
            )
        )

    async def claim_many(
        self,
        messages: Sequence[Message] | None,
        *,
        owner: str,
        lease: float,
        rooms: Mapping[str, int],
        most: int,
        turns: Mapping[str, str],
        poison: int,
    ) -> Sequence[Claim]:
        """See `JobStore.claim_many`."""
        return await self._writer.write(
            lambda tables: claiming.claim_many(
                tables,
                messages,
                owner,
                lease,
                rooms,
                most=most,
                turns=turns,
                poison=poison,
                writer=self._name,
            )
        )

    async def renew(self, claim: Claim, *, lease: float) -> Claim | None:
        """See `JobStore.renew`."""
        return await self._writer.write_on(claim.record.row, lambda tables: jobs.renew(tables, claim, lease))

    async def begin(self, claim: Claim, verb: Verb, *, seconds: float) -> Command | None:
        """See `JobStore.begin`."""
        return await self._writer.write_on(claim.record.row, lambda tables: jobs.begin(tables, claim, verb, seconds))

    async def end(self, command: Command, outcome: Outcome) -> None:
        """See `JobStore.end`."""
        await self._writer.write_on(command.claim.record.row, lambda tables: jobs.end(tables, command, outcome))

    async def note_unclaimed(self, command: Unclaimed, outcome: Outcome | None) -> int:
        """See `UnclaimedLog.note_unclaimed`."""
        return await self._writer.write(lambda tables: jobs.note_unclaimed(tables, command, outcome))

    async def end_unclaimed(self, number: int, verb: Verb, outcome: Outcome) -> None:
        """See `UnclaimedLog.end_unclaimed`."""
        await self._writer.write(lambda tables: tables.end_attempt(number, verb, outcome))

    async def move(
        self,
        claim: Claim,
        to: ShareState,
        *,
        reason: str | None = None,
        confirmed_size: int | None = None,
        parts: tuple[SharePart, ...] | None = None,
    ) -> Claim | None:
        """See `JobStore.move`. Raises `IllegalMoveError` for a move that no share may make."""
        return await self._writer.write_on(
            claim.record.row,
            lambda tables: jobs.move(tables, claim, to, reason, confirmed_size, writer=self._name, parts=parts),
        )

    async def give_up(self, claim: Claim, *, size: int, reason: str) -> Claim | None:
        """See `JobStore.give_up`."""
        return await self._writer.write_on(claim.record.row, lambda tables: jobs.give_up(tables, claim, size, reason))

    async def release(
        self,
        claim: Claim,
        *,
        due_in: float,
        error: str | None,
        settled: bool = False,
        refund: bool = False,
        inconclusive: bool = False,
    ) -> bool:
        """See `JobStore.release`."""
        return await self._writer.write_on(
            claim.record.row,
            lambda tables: jobs.release(
                tables, claim, due_in, error, settled=settled, refund=refund, inconclusive=inconclusive
            ),
        )

    async def remove(self, claim: Claim) -> bool:
        """See `JobStore.remove`. Raises `IllegalMoveError` for a record that is neither failing nor deleting."""
        return await self._writer.write_on(
            claim.record.row, lambda tables: jobs.remove(tables, claim, writer=self._name)
        )

    async def report(
        self, location: str, found: Sequence[SweepFinding], kinds: frozenset[FindingKind]
    ) -> Sequence[SweepFinding]:
        """See `JobStore.report`."""
        return await self._writer.write(lambda tables: tables.report(location, found, kinds))

    def _told(self, acceptance: Acceptance) -> Acceptance:
        """Wake a taker for what was accepted: by now its message is there."""
        if isinstance(acceptance, Accepted):
            self._wakeup.notify()
        return acceptance
