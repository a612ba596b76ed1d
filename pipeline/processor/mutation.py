"""A durable command as its connector takes it: sequence, instant and mark only where the connector knows them."""

from connector.operations import Capability, Mutation, Stamp
from pipeline.kinds.table import KIND_OF_VERB
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
    command_of = KIND_OF_VERB[command.verb].command
    assert command_of is not None, "a verb belongs to a kind that commands"
    return command_of(record, stamp, mark)
