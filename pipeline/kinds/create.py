"""Create: makes the share, and the record with it. Its end is decided by the state `pending`: see `decide`."""

from connector.operations import Create, Stamp, Verb
from pipeline.kinds.kind import Kind
from pipeline.record import ShareRecord
from pipeline.states import Operation, ShareState

__all__ = ["CREATE"]


def _command(record: ShareRecord, stamp: Stamp, mark: str | None) -> Create:
    return Create(name=record.name, size=record.size, stamp=stamp, mark=mark)


CREATE = Kind(
    operation=Operation.CREATE,
    does="makes a share",
    begins_in=frozenset(),
    under_way=ShareState.PENDING,
    verb=Verb.CREATE,
    command=_command,
    not_done="not created",
    finished=201,
)
