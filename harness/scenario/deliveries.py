"""What happens to messages on their way from the spool to the processor."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from connector.units import Duration
from fake_clusters.rules.keys import Key, keys_of
from fake_clusters.rules.rule import NoParameters, Rule

__all__ = ["Delay", "DeliveryKind", "DeliveryRule", "MessageSelector"]

Positive = Annotated[int, Field(ge=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay:
    delay: Annotated[Duration, Field(gt=0)] = field(
        default=1.0, metadata={"doc": "how long it is held back, or until it comes again"}
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSelector:
    """Which of the messages that are taken while the rule applies. A message meets at most one rule, the first that
    selects it, and that once."""

    nth: Positive | None = field(default=None, metadata={"doc": "only this message, from 1"})
    every: Positive | None = field(default=None, metadata={"doc": "every Nth message"})
    probability: Annotated[float, Field(gt=0, le=1)] = field(
        default=1.0, metadata={"doc": "of each message that all else lets through"}
    )


class DeliveryKind(StrEnum):
    DUPLICATE = "duplicate_delivery"
    DELAYED = "delayed_delivery"
    LOST = "lost_delivery"

    @property
    def comes(self) -> bool:
        """Whether the message reaches the processor at all."""
        return self is not DeliveryKind.LOST

    @property
    def section(self) -> str:
        return "deliveries"

    @property
    def instant(self) -> bool:
        return False

    @property
    def does(self) -> str:
        return _DOES[self]

    @property
    def parameters(self) -> type[Any]:
        return Delay if self.comes else NoParameters

    @property
    def selector(self) -> type[MessageSelector]:
        return MessageSelector

    @property
    def keys(self) -> Mapping[str, Key]:
        return keys_of(MessageSelector)


_DOES = {
    DeliveryKind.DUPLICATE: "A message comes, and comes again after `delay` (virtual world).",
    DeliveryKind.DELAYED: "A message comes only after `delay`, so that others overtake it (virtual world).",
    DeliveryKind.LOST: "A message never comes; a scan must find its record (virtual world).",
}

DeliveryRule = Rule[DeliveryKind, MessageSelector]
"""label: unique in a run."""
