"""What a store promises to a design that carries an operation out itself."""

from typing import Protocol

from pipeline.record import Change, Claim, Idempotency, NewShare
from pipeline.store.acceptances import Acceptance, Finished, Render, StoredAnswer

__all__ = ["OperationStore"]


class OperationStore(Protocol):
    """What a design may do that carries out an operation itself, inside the request: open it, then close it or roll it
    back. What is decided is kept with the idempotency key, in the same transaction."""

    async def open_create(
        self, share: NewShare, key: Idempotency | None, render: Render, *, owner: str, lease: float
    ) -> Claim | Acceptance:
        """A claim on a new record, pending, where the operation may go on; else what is to be answered."""
        ...

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
        """As `open_create`, on an active record, which is updating or deleting from then on."""
        ...

    async def close(self, claim: Claim, key: Idempotency | None, render: Render) -> Finished:
        """It came about: the record is active, or removed if it was to be deleted."""
        ...

    async def roll_back(
        self, claim: Claim, reason: str, *, key: Idempotency | None = None, answer: StoredAnswer | None = None
    ) -> None:
        """As if nothing had been asked: a record that was to be made goes, any other is active as before."""
        ...

    async def roll_back_all(self, reason: str) -> int:
        """Roll back what a process that has ended left open; how many operations that were."""
        ...
