"""A durable command as its connector takes it: sequence, instant and mark only where the connector knows them."""

from connector.operations import Capability, Create, Delete, Mutation, Resize, Stamp, Verb
from pipeline.marks import Marks
from pipeline.record import Command, ShareRecord

__all__ = ["mutation"]


def mutation(command: Command, record: ShareRecord, claimed: frozenset[Capability], marks: Marks) -> Mutation:
    """claimed: what the connector can do."""
    stamp = Stamp(
        request_id=command.request_id,
        sequence=command.sequence if Capability.SEQUENCE in claimed else None,
        not_after=command.deadline if Capability.NOT_AFTER in claimed else None,
    )
    mark = marks.of(record) if Capability.MARK in claimed else None
    match command.verb:
        case Verb.CREATE:
            return Create(name=record.name, size=record.size, stamp=stamp, mark=mark)
        case Verb.RESIZE:
            return Resize(name=record.name, size=record.size, stamp=stamp)
        case Verb.DELETE:
            return Delete(name=record.name, stamp=stamp, mark=mark)
        case verb:
            raise AssertionError(f"nobody sends {verb} for a record")
