"""Takes a redelivered message for a new one: whatever has become of the record, the create is sent once more.

The spool delivers a message again although it was ended, as any spool may whose acknowledgement got lost. A processor
that goes by the message alone, and not by the record, then makes what was deleted meanwhile.
"""

import asyncio

from connector.operations import Verb
from connector.outcomes import Outcome
from connector.values import replace
from harness.mutants.rest import Rest
from pipeline.overrides import Overrides
from pipeline.record import Claim, Command, Message
from pipeline.states import ShareState
from pipeline.store.store import Store

__all__ = ["OVERRIDES", "RedeliveringStore"]

_AGAIN_AFTER = 1.0
_TIMES = 20
_NO_FENCE = -1
"""Of a claim that the store never gave."""


class RedeliveringStore(Rest):
    """The processor's side of a store."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._told: dict[str, Claim] = {}
        self._again: list[tuple[float, int, Message]] = []
        self._sent = 0

    async def take(self, *, owner: str, lease: float, wait: float) -> Message | None:
        """A message that was ended some time ago, or the next one."""
        now = _now()
        for due in self._again:
            if due[0] <= now:
                self._again.remove(due)
                return self._redelivered(due[2], due[1])
        return await self._store.take(owner=owner, lease=lease, wait=wait)

    async def done(self, message: Message) -> None:
        """End a message; those of creates come again all the same."""
        await self._store.done(message)
        if message.number > 0 and message.share in self._told:
            self._redelivered(replace(message, number=-message.number), _TIMES)

    async def claim(
        self, message: Message | None, *, owner: str, lease: float, locations: frozenset[str] | None = None
    ) -> Claim | None:
        """The record as it is now; for a redelivered message, as it was when the message first came."""
        claim = await self._store.claim(message, owner=owner, lease=lease, locations=locations)
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

    def _redelivered(self, message: Message, times: int) -> Message:
        if times > 0:
            self._again.append((_now() + _AGAIN_AFTER, times - 1, message))
        return message


def _now() -> float:
    return asyncio.get_running_loop().time()


OVERRIDES = Overrides(processor_store=RedeliveringStore)
