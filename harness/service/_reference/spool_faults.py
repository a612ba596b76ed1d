"""What happens to messages between the spool and the processor: some come twice, some late, some never."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import assert_never

from connector.chance import Chance
from connector.sites import Site
from connector.values import replace
from harness.scenario.deliveries import DeliveryKind, DeliveryRule
from pipeline.overrides import Overrides
from pipeline.record import Message
from pipeline.store.protocol import Delivery, Spool
from reports.history import Injection

__all__ = ["DeliveryFaults"]

_SPOOL = "spool"
"""Where it happens, in place of a cluster's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Match:
    at: float
    rule: DeliveryRule
    message: Message


class DeliveryFaults:
    """Applies the delivery rules of one run, over all lives of the processor: `ServiceFaults`."""

    def __init__(self, rules: Sequence[DeliveryRule], *, seed: int) -> None:
        self._rules = [(rule, Chance(seed, "delivery", rule.label)) for rule in rules]
        self._seen = dict.fromkeys((rule.label for rule in rules), 0)
        self._met: set[int] = set()
        self._matches: list[_Match] = []
        self._again: list[tuple[float, Message]] = []
        self._now: Callable[[], float] | None = None

    def around(self, overrides: Overrides) -> Overrides:
        """The same behaviour, over this mail."""
        return replace(overrides, spool=lambda spool: _FaultySpool(overrides.spool(spool), self))

    def begin(self, now: Callable[[], float]) -> None:
        """The load begins. now: seconds since then."""
        self._now = now

    def heal(self) -> None:
        """No rule applies any more; what was to come again or late still does."""
        self._now = None

    def injections(self) -> list[Injection]:
        """Each message that met a rule."""
        return [
            Injection(
                number=number,
                at=row.at,
                fault=row.rule.kind.value,
                label=row.rule.label,
                cluster=_SPOOL,
                site=Site.SPOOL_DELIVER,
                key=row.message.share,
            )
            for number, row in enumerate(self._matches, start=1)
        ]

    def match(self, message: Message) -> DeliveryRule | None:
        """The rule that this message meets; a message meets one rule at most."""
        if self._now is None or message.number in self._met:
            return None
        self._met.add(message.number)
        at = self._now()
        chosen = [rule for rule, chance in self._rules if self._chooses(rule, chance, message, at)]
        if not chosen:
            return None
        self._matches.append(_Match(at=at, rule=chosen[0], message=message))
        return chosen[0]

    def send_again(self, message: Message, *, at: float) -> None:
        """At an instant of the loop."""
        self._again.append((at, message))
        self._again.sort(key=lambda due: due[0])

    def due(self, now: float) -> Message | None:
        """What is to come again by now."""
        return self._again.pop(0)[1] if self._again and self._again[0][0] <= now else None

    def next_due(self) -> float:
        return self._again[0][0] if self._again else float("inf")

    def _chooses(self, rule: DeliveryRule, chance: Chance, message: Message, at: float) -> bool:
        if not rule.window.holds(at):
            return False
        self._seen[rule.label] += 1
        seen, selector = self._seen[rule.label], rule.selector
        return selector.counts(seen) and chance.u01(message.number) < selector.probability


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
