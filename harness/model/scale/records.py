"""The record that a share has in the pipeline's store, made only where somebody asks."""

from connector.chance import Chance
from connector.operations import Verb
from harness.model.scale.plight import Plight
from harness.model.scale.share import Share
from harness.workload.names import share_name
from pipeline.processor.processor import deadlines_of
from pipeline.processor.situation import mark_of
from pipeline.record import ShareRecord
from pipeline.settings import PipelineSettings
from pipeline.states import Operation, ShareState
from pipeline.uuid7 import uuid7_of

__all__ = ["Records", "first_sequence", "request_id"]

_ROW_BITS = 20


class Records:
    """total: seconds that a command has from its beginning."""

    def __init__(self, settings: PipelineSettings, *, seed: int) -> None:
        self.total = deadlines_of(settings.command).total
        self._owner = settings.processor.owner
        self._seed = seed
        self._entropy = Chance(seed, "entropy", "api-1")

    def mark(self, record: ShareRecord) -> str:
        """What a share carries on its cluster."""
        return mark_of(self._owner, record.id)

    def of(self, share: Share) -> ShareRecord:
        """As it is now; or, of a share that met no trouble, as it was while its create was under way."""
        if share.trouble is not None:
            plight: Plight = share.trouble
            return plight.record
        deadline = share.began + self.total
        number = share.number
        tail = int.from_bytes(self._entropy.bits(number - 1).to_bytes(8, "little"), "big")
        return ShareRecord(
            row=number,
            id=uuid7_of(share.stamps(number), tail),
            location=share.cluster.name,
            name=share_name(self._seed, number),
            size=1,
            confirmed_size=None,
            spec_hash="",
            operation=Operation.CREATE,
            generation=1,
            generation_done=0,
            state=ShareState.PENDING,
            reason=None,
            owner="",
            lease_until=None,
            fence=1,
            sequence=first_sequence(share),
            command_deadline=deadline,
            attempt=1,
            due_at=deadline,
            last_error=None,
            created_at=share.asked,
            updated_at=share.asked,
            settled=False,
        )


def first_sequence(share: Share) -> int:
    """Of its first create."""
    return (share.number << _ROW_BITS) + 1


def request_id(record: ShareRecord, verb: Verb) -> str:
    """Of a mutation, as it goes down to the connector."""
    once = f"{record.id}.{record.generation}.{verb}"
    return f"{once}.{record.sequence}" if verb is Verb.DELETE else once
