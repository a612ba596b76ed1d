"""The record that a share has in the pipeline's store, made only where somebody asks."""

from connector.chance import Chance
from connector.values import replace
from harness.model.fast.share import Share
from harness.service.reference import (
    Marks,
    NewShare,
    PipelineSettings,
    ShareRecord,
    deadlines_of,
    new_identity,
    new_record,
    next_sequence,
    uuid7_of,
)
from harness.virtual.entropy import STORE, keyed_entropy
from harness.workload.names import NAMING, drawn_name

__all__ = ["SIZE", "Records"]

SIZE = 1
"""Of every share of a load."""


class Records:
    """total: seconds that a command has from its beginning."""

    def __init__(self, settings: PipelineSettings, *, seed: int) -> None:
        self.total = deadlines_of(settings.command).total
        self.marks = Marks(owner=settings.processor.owner, store=new_identity(keyed_entropy(seed, STORE)))
        self._naming = Chance(seed, NAMING)
        self._entropy = Chance(seed, "entropy", "api-1")

    def of(self, share: Share) -> ShareRecord:
        """As it was while its create was under way."""
        record = new_record(share.number, self.asked(share), share.accepted)
        return replace(record, sequence=next_sequence(0, share.number))

    def asked(self, share: Share) -> NewShare:
        """What its create asks for."""
        number = share.number
        tail = int.from_bytes(self._entropy.bits(number - 1).to_bytes(8, "little"), "big")
        name = drawn_name(self._naming, number)
        return NewShare(id=uuid7_of(share.stamps(number), tail), location=share.cluster.name, name=name, size=SIZE)
