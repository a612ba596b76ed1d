"""What happens to messages on their way from the spool to the processor."""

from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import Field

from connector.units import Duration
from fake_clusters.rules.rule import NoParameters, Rule
from harness.scenario.service_fault import CountedSelector, ServiceFaultKind

__all__ = ["Delay", "DeliveryKind", "DeliveryRule"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay:
    delay: Annotated[Duration, Field(gt=0)] = field(
        default=1.0, metadata={"doc": "how long it is held back, or until it comes again"}
    )


class DeliveryKind(ServiceFaultKind):
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
    def does(self) -> str:
        return _DOES[self]

    @property
    def parameters(self) -> type[Any]:
        return Delay if self.comes else NoParameters


_DOES = {
    DeliveryKind.DUPLICATE: "A message comes, and comes again after `delay` (virtual world).",
    DeliveryKind.DELAYED: "A message comes only after `delay`, so that others overtake it (virtual world).",
    DeliveryKind.LOST: "A message never comes; a scan must find its record (virtual world).",
}

DeliveryRule = Rule[DeliveryKind, CountedSelector]
"""label: unique in a run."""
