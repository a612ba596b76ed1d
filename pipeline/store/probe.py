"""Whether a store commits: a row of its own is written, since a transaction without a change is never synced.

It is as large as what a busy store commits at once, so that a disk has room for what is accepted while it says so.
"""

from pipeline.record import Idempotency
from pipeline.store.acceptances import StoredAnswer
from pipeline.store.store import Store
from pipeline.store.tables import Tables

__all__ = ["prove_commit"]

_NOBODY = ""
"""The tenant of the row; no client is of this name."""
_LIFETIME = 60.0
_ROW = StoredAnswer(status=0, headers=(), body=b" " * (1 << 16))


async def prove_commit(store: Store) -> None:
    """Write the row, durably. Raises `StoreError`."""

    def work(tables: Tables) -> None:
        key = Idempotency(tenant=_NOBODY, key="probe", body_hash="", expires_at=tables.now + _LIFETIME)
        tables.keep_key(key, _ROW)

    await store.transact(work)
