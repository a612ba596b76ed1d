"""Allows operations on a share that is still pending: a change is accepted while its create is under way."""

from harness.mutants.rest import Rest
from pipeline.overrides import Overrides
from pipeline.record import Change, Idempotency
from pipeline.store import accepting, idempotency
from pipeline.store.protocol import Absent, Acceptance, Accepted, NotActive, Render
from pipeline.store.transaction import Transaction

__all__ = ["OVERRIDES", "HelpfulStore"]

_LIFETIME = 3600.0
_CALL_IT_ACTIVE = """
UPDATE shares SET state = 'active', owner = NULL WHERE location = ? AND name = ? AND state = 'pending'
"""


class HelpfulStore(Rest):
    """The portal's side of a store."""

    async def change(
        self, location: str, name: str, change: Change, key: Idempotency | None, render: Render
    ) -> Acceptance:
        def accept(transaction: Transaction) -> Accepted | Absent | NotActive:
            transaction.db.execute(_CALL_IT_ACTIVE, (location, name))
            return accepting.change(transaction, location, name, change, message_lifetime=_LIFETIME)

        def work(transaction: Transaction) -> Acceptance:
            return idempotency.once(transaction, key, render, lambda: accept(transaction))

        return await self._store.transact(work)


OVERRIDES = Overrides(portal_store=HelpfulStore)
