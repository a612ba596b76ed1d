"""Delete: removes the share, then the record. Its end is decided by the state `deleting`: see `decide`.

Each delete is a command of its own: between two of them a late create may land, and what a connector remembers of the
first must not answer for the second.
"""

from collections.abc import Mapping

from pydantic import BaseModel

from connector.operations import Delete, Stamp, Verb
from pipeline.kinds.kind import Kind
from pipeline.kinds.request import ChangeRequest
from pipeline.record import Change, ShareRecord
from pipeline.states import Operation, ShareState

__all__ = ["DELETE"]


def _command(record: ShareRecord, stamp: Stamp, mark: str | None) -> Delete:
    return Delete(name=record.name, stamp=stamp, mark=mark)


def _change(body: BaseModel, path: Mapping[str, str]) -> Change:
    return Change(operation=Operation.DELETE)


DELETE = Kind(
    operation=Operation.DELETE,
    does="removes a share and its record",
    begins_in=frozenset({ShareState.ACTIVE, ShareState.LOST}),
    under_way=ShareState.DELETING,
    verb=Verb.DELETE,
    command=_command,
    once=False,
    absence=True,
    not_done="not deleted",
    request=ChangeRequest(method="DELETE", change=_change),
)
