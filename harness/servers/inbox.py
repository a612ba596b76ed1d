"""What a receiver of notices keeps, and how it misbehaves on demand: the same for webhooks and for mail."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

__all__ = ["Inbox", "InboxAction", "InboxRule"]

M = TypeVar("M")


class InboxAction(StrEnum):
    """reject: answer with the rule's status, and take nothing. delay: answer late. drop: take it, and never answer.
    repeat: take it twice, as if it had come twice."""

    REJECT = "reject"
    DELAY = "delay"
    DROP = "drop"
    REPEAT = "repeat"


@dataclass(slots=True, kw_only=True)
class InboxRule(Generic[M]):
    """What happens to the next messages. left: to how many; None: to all. status: of HTTP or SMTP. headers: of HTTP.
    seconds: of a delay. matches: to which."""

    action: InboxAction
    left: int | None = None
    status: int = 503
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 1.0
    matches: Callable[[M], bool] = lambda _: True

    def strikes(self, received: M) -> bool:
        """Whether this one is meant; counts it if so."""
        if self.left == 0 or not self.matches(received):
            return False
        if self.left is not None:
            self.left -= 1
        return True


class Inbox(Generic[M]):
    """taken: what was accepted, repeats too; seen: all that came, rejected ones too."""

    def __init__(self) -> None:
        self.taken: list[M] = []
        self.seen: list[M] = []
        self.rules: list[InboxRule[M]] = []
        self._arrived = asyncio.Condition()

    async def receive(self, message: M) -> InboxRule[M] | None:
        """Write one down, as the first rule that strikes it says. The rule: what is answered follows from it."""
        self.seen.append(message)
        rule = next((rule for rule in self.rules if rule.strikes(message)), None)
        if rule is None or rule.action is not InboxAction.REJECT:
            self.taken += [message] * (2 if rule is not None and rule.action is InboxAction.REPEAT else 1)
        async with self._arrived:
            self._arrived.notify_all()
        return rule

    async def wait_for(self, condition: Callable[["Inbox[M]"], bool], *, seconds: float = 30.0) -> None:
        """Until it holds. Raises `TimeoutError`."""
        async with asyncio.timeout(seconds), self._arrived:
            await self._arrived.wait_for(lambda: condition(self))
