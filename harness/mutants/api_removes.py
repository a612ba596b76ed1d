"""Lets the API delete the record: the row is gone at once, and the cluster is somebody else's business."""

from harness.mutants.rest import Rest
from pipeline import transitions
from pipeline.overrides import Overrides
from pipeline.record import Change, Idempotency
from pipeline.states import Operation, ShareState
from pipeline.store import idempotency
from pipeline.store.acceptances import Acceptance, Accepted, NotActive, NotFound, Render
from pipeline.store.tables import Tables

__all__ = ["OVERRIDES", "HastyStore"]


class HastyStore(Rest):
    """The portal's side of a store, whose deletes delete."""

    async def change(
        self, location: str, name: str, change: Change, key: Idempotency | None, render: Render
    ) -> Acceptance:
        if change.operation is not Operation.DELETE:
            return await self._store.change(location, name, change, key, render)

        def work(tables: Tables) -> Acceptance:
            return idempotency.once(tables, key, render, lambda: _remove(tables, location, name))

        return await self._store.transact(work)


def _remove(tables: Tables, location: str, name: str) -> Accepted | NotFound | NotActive:
    record = tables.find(location, name)
    if record is None:
        return NotFound()
    if record.state is not ShareState.ACTIVE:
        return NotActive(record=record)
    tables.delete(record)
    tables.insert_event(
        transitions.event(record, record.state, None, writer="api", fence=None, reason=None, now=tables.now)
    )
    return Accepted(record=record)


OVERRIDES = Overrides(portal_store=HastyStore)
