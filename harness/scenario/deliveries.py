"""What happens to messages on their way from the spool to the processor."""

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

__all__ = ["DeliveryKind", "DeliveryRule"]


class DeliveryKind(StrEnum):
    """duplicate: it comes, and comes again after `after`. delay: it comes only after `after`, so that others overtake
    it. lose: it never comes; a scan must find the record."""

    DUPLICATE = "duplicate"
    DELAY = "delay"
    LOSE = "lose"

    @property
    def comes(self) -> bool:
        """Whether the message is told of at all, so that `after` means something."""
        return self is not DeliveryKind.LOSE

    @property
    def fault(self) -> str:
        """The fault that it is, in the journal and in what a scenario expects."""
        match self:
            case DeliveryKind.DUPLICATE:
                return "duplicate_delivery"
            case DeliveryKind.DELAY:
                return "delayed_delivery"
            case DeliveryKind.LOSE:
                return "lost_delivery"
            case _:
                assert_never(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRule:
    """Which of the messages that are taken in [begins, ends), and what becomes of them. label: unique in a run.

    nth: only this one, from 1. every: each of so many. probability: of those that are left. after: seconds, if it comes
    at all. A message meets at most one rule, the first that chooses it, and that once.
    """

    label: str
    kind: DeliveryKind
    nth: int | None = None
    every: int | None = None
    probability: float = 1.0
    after: float = 1.0
    begins: float = 0.0
    ends: float = float("inf")
