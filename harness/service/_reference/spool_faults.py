"""What happens to messages between the spool and the processor: some come twice, some late, some never."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from connector.chance import Chance
from connector.sites import Site
from connector.values import replace
from harness.scenario.deliveries import DeliveryKind, DeliveryRule
from harness.service.faults import ServiceFaults
from pipeline.overrides import Overrides
from pipeline.record import Message
from pipeline.store.delivery import Delivery, Spool

__all__ = ["DeliveryFaults"]


class DeliveryFaults:
    """Applies the delivery rules of one run, over all lives of the processor.

    What was to come again or late still does when the rules no longer apply.
    """

    def __init__(self, rules: Sequence[DeliveryRule], *, seed: int) -> None:
        self.matches = ServiceFaults[DeliveryRule](site=Site.SPOOL_DELIVER, place="spool")
        self._rules = rules
        self._chances = {rule.label: Chance(seed, "delivery", rule.label) for rule in rules}
        self._met: set[int] = set()
        self._again: list[tuple[float, Message]] = []

    def around(self, overrides: Overrides) -> Overrides:
        """The same behaviour, over this mail."""
        return replace(overrides, spool=lambda spool: _FaultySpool(overrides.spool(spool), self))

    def match(self, message: Message) -> DeliveryRule | None:
        """The rule that this message meets; a message meets one rule at most."""
        if self.matches.now() is None or message.number in self._met:
            return None
        self._met.add(message.number)
        found = self.matches.match(self._rules, message.share, lambda rule, _: self._strikes(rule, message))
        return None if found is None else found[0]

    def send_again(self, message: Message, *, at: float) -> None:
        """At an instant of the loop."""
        self._again.append((at, message))
        self._again.sort(key=lambda due: due[0])

    def due(self, now: float) -> Message | None:
        """What is to come again by now."""
        return self._again.pop(0)[1] if self._again and self._again[0][0] <= now else None

    def next_due(self) -> float:
        return self._again[0][0] if self._again else float("inf")

    def _strikes(self, rule: DeliveryRule, message: Message) -> bool:
        return self._chances[rule.label].u01(message.number) < rule.selector.probability


class _FaultySpool:
    """A spool under these faults. given: the spool as the processor would see it."""

    def __init__(self, given: Spool, faults: DeliveryFaults) -> None:
        self._given = given
        self._faults = faults

    async def take(self, *, owner: str, lease: float, wait: float, limit: int) -> Sequence[Delivery]:
        """The next messages that are to come now."""
        loop = asyncio.get_running_loop()
        ends = loop.time() + wait
        while True:
            again = self._faults.due(loop.time())
            if again is not None:
                return [_Redelivery(again)]
            patience = max(0.0, min(ends, self._faults.next_due()) - loop.time())
            taken = await self._given.take(owner=owner, lease=lease, wait=patience, limit=limit)
            coming = [delivery for delivery in taken if await self._comes(delivery)]
            if coming or (not taken and loop.time() >= ends):
                return coming

    async def _comes(self, delivery: Delivery) -> bool:
        """Whether it comes now."""
        rule = self._faults.match(delivery.message)
        if rule is None:
            return True
        match rule.kind:
            case DeliveryKind.DUPLICATE:
                self._faults.send_again(delivery.message, at=asyncio.get_running_loop().time() + rule.parameters.delay)
                return True
            case DeliveryKind.DELAYED:
                # By the spool itself, so that it comes late whoever is killed meanwhile.
                await delivery.nack(rule.parameters.delay)
                return False
            case DeliveryKind.LOST:
                await delivery.ack()
                return False
            case _:
                assert_never(rule.kind)


@dataclass(frozen=True, slots=True)
class _Redelivery:
    """A message that comes again: of the spool's own handle nothing is left, since its taker may have died."""

    message: Message

    async def extend(self, seconds: float) -> None:
        """Nobody else gets it."""

    async def ack(self) -> None:
        """It does not come a third time."""

    async def nack(self, delay: float) -> None:
        """Nor does it come later."""
