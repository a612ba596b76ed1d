"""Nemesis steps, deliveries, and rules of the store and of receivers as a scenario file spells them."""

from typing import Annotated, ClassVar

from pydantic import Field

from connector.units import Duration
from fake_clusters.rules.rule import RuleKind, Window
from fake_clusters.rules.tables import Phases, RuleTable, WindowedTable, one_of
from harness.scenario.deliveries import DeliveryKind
from harness.scenario.nemesis_kinds import NemesisKind, label_of
from harness.scenario.receivers import ReceiverKind
from harness.scenario.store_faults import StoreFaultKind

__all__ = [
    "AnyDelivery",
    "AnyReceiverRule",
    "AnyStep",
    "AnyStoreFault",
    "DeliveryTable",
    "NemesisTable",
    "ReceiverTable",
    "StoreFaultTable",
]


class NemesisTable(RuleTable):
    """One thing that is done to a process of the pipeline or to a cluster, and undone again."""

    KINDS: ClassVar[dict[str, RuleKind]] = {kind.value: kind for kind in NemesisKind}
    NOUN: ClassVar[str] = "nemesis kind"

    at: Duration = Field(description="when, from the start of the load")
    target: str

    @property
    def name(self) -> str:
        return label_of(NemesisKind(self.kind), self.target)

    def window(self, phases: Phases) -> Window:
        return Window(begins=self.at)


class DeliveryTable(WindowedTable):
    """What happens to messages between the spool and the processor."""

    KINDS: ClassVar[dict[str, RuleKind]] = {kind.value: kind for kind in DeliveryKind}
    NOUN: ClassVar[str] = "delivery"


class StoreFaultTable(WindowedTable):
    """What happens to the transactions of the store."""

    KINDS: ClassVar[dict[str, RuleKind]] = {kind.value: kind for kind in StoreFaultKind}
    NOUN: ClassVar[str] = "store fault"


class ReceiverTable(WindowedTable):
    """How a receiver of notices misbehaves."""

    KINDS: ClassVar[dict[str, RuleKind]] = {kind.value: kind for kind in ReceiverKind}
    NOUN: ClassVar[str] = "receiver rule"


AnyStep = Annotated[NemesisTable, one_of(NemesisTable)]
"""A nemesis step of any kind."""

AnyDelivery = Annotated[DeliveryTable, one_of(DeliveryTable)]
"""A delivery of any kind."""

AnyStoreFault = Annotated[StoreFaultTable, one_of(StoreFaultTable)]
"""A fault of the store of any kind."""

AnyReceiverRule = Annotated[ReceiverTable, one_of(ReceiverTable)]
"""A rule of receivers of any kind."""
