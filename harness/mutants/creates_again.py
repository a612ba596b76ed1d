"""Takes a redelivered message for a new one: whatever has become of the record, the create is sent once more.

The spool delivers a message again although it was ended, as any spool may whose acknowledgement got lost. A processor
that goes by the message alone, and not by the record, then makes what was deleted meanwhile.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connector.operations import Verb
from connector.outcomes import Outcome
from connector.values import replace
from harness.mutants.own_claims import OwnClaims
from pipeline.overrides import Overrides
from pipeline.record import Claim, Command, Message
from pipeline.states import ShareState
from pipeline.store.delivery import Delivery, Spool
from pipeline.store.store import Store

__all__ = ["OVERRIDES", "RedeliveringStore"]

_AGAIN_AFTER = 1.0
_TIMES = 20
_NO_FENCE = -1
"""Of a claim that the store never gave."""


class RedeliveringStore(OwnClaims):
    """The processor's side of a store."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._told: dict[str, Claim] = {}
        self._sent = 0
        self.spool = _RedeliveringSpool(store.spool, self._told)

    async def claim(self, message: Message | None, **terms: Any) -> Claim | None:
        """The record as it is now; for a redelivered message, as it was when the message first came."""
        claim = await self._store.claim(message, **terms)
        if claim is not None and claim.record.state is ShareState.PENDING:
            self._told.setdefault(claim.record.id, replace(claim, fence=_NO_FENCE))
        if claim is None and message is not None and message.number < 0:
            return self._told.get(message.share)
        return claim

    async def renew(self, claim: Claim, *, lease: float) -> Claim | None:
        return claim if claim.fence == _NO_FENCE else await self._store.renew(claim, lease=lease)

    async def begin(self, claim: Claim, verb: Verb, *, seconds: float) -> Command | None:
        """Without asking whose record it is by now."""
        if claim.fence != _NO_FENCE:
            return await self._store.begin(claim, verb, seconds=seconds)
        deadline = await self._store.transact(lambda tables: tables.now) + seconds
        self._sent += 1
        request_id = f"again.{claim.record.id}.{self._sent}"  # a new one each time, and the same in every replay
        return Command(claim=claim, attempt_number=0, verb=verb, request_id=request_id, sequence=1, deadline=deadline)

    async def end(self, command: Command, outcome: Outcome) -> None:
        if command.claim.fence != _NO_FENCE:
            await self._store.end(command, outcome)


class _RedeliveringSpool:
    """told: shares of which a message led to a create; theirs come again."""

    def __init__(self, spool: Spool, told: Mapping[str, Claim]) -> None:
        self._spool = spool
        self._told = told
        self._again: list[tuple[float, int, Message]] = []

    async def take(self, *, owner: str, lease: float, wait: float, limit: int) -> Sequence[Delivery]:
        """A message that was ended some time ago, or the next ones."""
        now = _now()
        for due in self._again:
            if due[0] <= now:
                self._again.remove(due)
                self._deliver_again(due[2], due[1])
                return [_Delivery(due[2], None, self)]
        taken = await self._spool.take(owner=owner, lease=lease, wait=wait, limit=limit)
        return [_Delivery(delivery.message, delivery, self) for delivery in taken]

    def acknowledged(self, message: Message) -> None:
        """Those of creates come again all the same."""
        if message.number > 0 and message.share in self._told:
            self._deliver_again(replace(message, number=-message.number), _TIMES)

    def _deliver_again(self, message: Message, times: int) -> None:
        if times > 0:
            self._again.append((_now() + _AGAIN_AFTER, times - 1, message))


@dataclass(frozen=True, slots=True)
class _Delivery:
    """given None: the spool has ended the message long since."""

    message: Message
    given: Delivery | None
    spool: _RedeliveringSpool

    async def extend(self, seconds: float) -> None:
        if self.given is not None:
            await self.given.extend(seconds)

    async def ack(self) -> None:
        if self.given is not None:
            await self.given.ack()
        self.spool.acknowledged(self.message)

    async def nack(self, delay: float) -> None:
        if self.given is not None:
            await self.given.nack(delay)


def _now() -> float:
    return asyncio.get_running_loop().time()


OVERRIDES = Overrides(processor_store=RedeliveringStore)
