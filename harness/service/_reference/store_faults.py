"""What happens to the transactions of the store, below whatever else is put in the place of a part's behaviour."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, assert_never

from connector.chance import Chance
from connector.sites import Site
from connector.values import replace
from harness.scenario.store_faults import StoreCall, StoreFaultKind, StoreFaultRule
from harness.service.faults import ServiceFaults
from pipeline.errors import StoreUnavailableError
from pipeline.overrides import Overrides
from pipeline.record import Claim, Command, Message, NewShare
from pipeline.store.delivery import Delivery, Spool

__all__ = ["StoreFaults"]

_CALLS: Mapping[str, StoreCall] = {
    "create": StoreCall.CREATE,
    "change": StoreCall.CHANGE,
    "claim": StoreCall.CLAIM,
    "claim_many": StoreCall.CLAIM,
    "renew": StoreCall.RENEW,
    "begin": StoreCall.BEGIN,
    "end": StoreCall.END,
    "move": StoreCall.MOVE,
    "give_up": StoreCall.GIVE_UP,
    "remove": StoreCall.REMOVE,
    "release": StoreCall.RELEASE,
}
_READS = frozenset({"get", "list", "known", "removed"})
"""What a part reads on its way. The logs and counts, which the harness reads too, are never refused."""

_SAID = {
    StoreFaultKind.FULL: "the disk is full",
    StoreFaultKind.READ_ONLY: "the database is read-only",
    StoreFaultKind.LOST_TAIL: "the disk failed",
    StoreFaultKind.LOST_COMMIT: "whether the last transaction was committed is not known",
    StoreFaultKind.RESTART: "the database cannot be reached",
}

_Call = Callable[[], Awaitable[Any]]


class StoreFaults:
    """Applies the rules of one run, over all lives of its parts."""

    def __init__(self, rules: Sequence[StoreFaultRule], *, seed: int) -> None:
        self.matches = ServiceFaults[StoreFaultRule](site=Site.STORE_COMMIT, place="store")
        self._rules = rules
        self._chances = {rule.label: Chance(seed, "store", rule.label) for rule in rules}
        self._down_until = 0.0

    def around(self, overrides: Overrides) -> Overrides:
        """The same behaviour, over a store that fails."""
        return replace(
            overrides,
            portal_store=lambda store: overrides.portal_store(_faulty(store, self)),
            processor_store=lambda store: overrides.processor_store(_faulty(store, self)),
            outbox=lambda outbox: overrides.outbox(_FaultySpool(outbox, self)),
        )

    async def read(self, call: _Call) -> Any:
        """What the call gives, where the database is up."""
        self._check_up()
        return await call()

    async def write(self, call: StoreCall, key: str, run: _Call) -> Any:
        """What the transaction gives, or the failure that strikes it."""
        self._check_up()
        found = self._match(call, key)
        if found is None:
            return await run()
        rule, is_late = found
        match rule.kind:
            case StoreFaultKind.FULL | StoreFaultKind.READ_ONLY:
                pass
            case StoreFaultKind.SLOW_SYNC:
                return await _slowly(run, rule.parameters.delay, is_late=is_late)
            case StoreFaultKind.LOST_TAIL:
                await asyncio.sleep(rule.parameters.delay)
            case StoreFaultKind.LOST_COMMIT:
                if is_late:
                    await run()
            case StoreFaultKind.RESTART:
                now = self.matches.now()
                assert now is not None, "a rule was met during the load"
                self._down_until = now + rule.parameters.down
            case _:
                assert_never(rule.kind)
        raise StoreUnavailableError(f"store: {_SAID[rule.kind]}")

    def _check_up(self) -> None:
        if (now := self.matches.now()) is not None and now < self._down_until:
            raise StoreUnavailableError(f"store: {_SAID[StoreFaultKind.RESTART]}")

    def _match(self, call: StoreCall, key: str) -> tuple[StoreFaultRule, bool] | None:
        """The first rule that this transaction meets, and one of two ways in which it may go."""
        meant = [rule for rule in self._rules if rule.selector.call in {None, call}]
        found = self.matches.match(meant, key, self._strikes)
        if found is None:
            return None
        rule, seen = found
        return rule, self._chances[rule.label].u01(seen, 1) < 0.5

    def _strikes(self, rule: StoreFaultRule, seen: int) -> bool:
        return self._chances[rule.label].u01(seen) < rule.selector.probability


async def _slowly(run: _Call, delay: float, *, is_late: bool) -> Any:
    if is_late:
        await asyncio.sleep(delay)
        return await run()
    result = await run()
    await asyncio.sleep(delay)
    return result


class _FaultyStore:
    """A store as a part sees it; what is neither a transaction nor a read of a part's own is the store's own."""

    def __init__(self, store: Any, faults: StoreFaults) -> None:
        self._store = store
        self._faults = faults

    @property
    def spool(self) -> Spool:
        return _FaultySpool(self._store.spool, self._faults)

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._store, name)
        if name in _CALLS:
            return partial(self._write, _CALLS[name], method)
        return partial(self._read, method) if name in _READS else method

    async def _write(self, call: StoreCall, method: Callable[..., Awaitable[Any]], *args: Any, **options: Any) -> Any:
        return await self._faults.write(call, _key(args), partial(method, *args, **options))

    async def _read(self, method: Callable[..., Awaitable[Any]], *args: Any, **options: Any) -> Any:
        return await self._faults.read(partial(method, *args, **options))


@dataclass(frozen=True, slots=True)
class _FaultySpool:
    """The messages in such a store."""

    spool: Spool
    faults: StoreFaults

    async def take(self, *, owner: str, lease: float, wait: float, limit: int) -> Sequence[Delivery]:
        taking = partial(self.spool.take, owner=owner, lease=lease, wait=wait, limit=limit)
        taken: Sequence[Delivery] = await self.faults.write(StoreCall.TAKE, "", taking)
        return [_FaultyDelivery(delivery, self.faults) for delivery in taken]


@dataclass(frozen=True, slots=True)
class _FaultyDelivery:
    delivery: Delivery
    faults: StoreFaults

    @property
    def message(self) -> Message:
        return self.delivery.message

    async def extend(self, seconds: float) -> None:
        await self.faults.read(partial(self.delivery.extend, seconds))

    async def ack(self) -> None:
        await self.faults.write(StoreCall.DONE, self.message.share, self.delivery.ack)

    async def nack(self, delay: float) -> None:
        await self.faults.write(StoreCall.DONE, self.message.share, partial(self.delivery.nack, delay))


def _faulty(store: Any, faults: StoreFaults) -> Any:
    return _FaultyStore(store, faults)


def _key(args: tuple[Any, ...]) -> str:
    """Which share a transaction is about, as far as its first argument says."""
    match args:
        case (NewShare(id=share), *_):
            return share
        case (Claim(record=record), *_):
            return record.id
        case (Command(claim=claim), *_):
            return claim.record.id
        case (str(location), str(name), *_):
            return f"{location}/{name}"
    return ""
