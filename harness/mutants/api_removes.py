"""Lets the API delete the record: the row is gone at once, and the cluster is somebody else's business."""

from harness.mutants.rest import Rest
from pipeline.overrides import Overrides
from pipeline.record import Change, Idempotency
from pipeline.states import Operation, ShareState
from pipeline.store import idempotency
from pipeline.store.events import write_event
from pipeline.store.protocol import Absent, Acceptance, Accepted, NotActive, Render
from pipeline.store.rows import record_of
from pipeline.store.transaction import Transaction

__all__ = ["OVERRIDES", "HastyStore"]


class HastyStore(Rest):
    """The portal's side of a store, whose deletes delete."""

    async def change(
        self, location: str, name: str, change: Change, key: Idempotency | None, render: Render
    ) -> Acceptance:
        if change.operation is not Operation.DELETE:
            return await self._store.change(location, name, change, key, render)

        def work(transaction: Transaction) -> Acceptance:
            return idempotency.once(transaction, key, render, lambda: _remove(transaction, location, name))

        return await self._store.transact(work)


def _remove(transaction: Transaction, location: str, name: str) -> Accepted | Absent | NotActive:
    found = transaction.one("find_share", location=location, name=name)
    if found is None:
        return Absent()
    record = record_of(found)
    if record.state is not ShareState.ACTIVE:
        return NotActive(record=record)
    transaction.db.execute("DELETE FROM shares WHERE row = ?", (record.row,))
    write_event(transaction, record, before=record.state, after=None, writer="api", fence=None, reason=None)
    return Accepted(record=record)


OVERRIDES = Overrides(portal_store=HastyStore)
