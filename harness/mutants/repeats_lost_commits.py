"""Takes a commit whose answer was lost for a failure, and repeats the transaction.

As a new request, with another id and without its key. Where the first was committed after all, the second finds its
name taken, by itself: the client is told of a conflict, and the share is made.
"""

from connector.values import replace
from harness.mutants.rest import Rest
from pipeline.errors import StoreUnavailableError
from pipeline.overrides import Overrides
from pipeline.record import Idempotency, NewShare
from pipeline.store.acceptances import Acceptance, Render

__all__ = ["OVERRIDES", "RepeatingStore"]


class RepeatingStore(Rest):
    """The portal's side of a store."""

    async def create(self, share: NewShare, key: Idempotency | None, render: Render) -> Acceptance:
        try:
            return await self._store.create(share, key, render)
        except StoreUnavailableError:
            again = replace(share, id=f"{share.id[:-1]}{'1' if share.id.endswith('0') else '0'}")
            return await self._store.create(again, None, render)


OVERRIDES = Overrides(portal_store=RepeatingStore)
