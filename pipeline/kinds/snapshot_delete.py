"""Snapshot delete: removes a snapshot of a share; reached when the share shows no snapshot of that name."""

from collections.abc import Mapping

from pydantic import BaseModel

from connector.operations import DeleteSnapshot, Stamp, Verb
from pipeline.kinds.fields import is_name
from pipeline.kinds.kind import Kind, Shown
from pipeline.kinds.parts import part_of
from pipeline.kinds.request import ChangeRequest
from pipeline.kinds.snapshot_create import snapshots_after
from pipeline.record import Change, PartKind, SharePart, ShareRecord
from pipeline.states import Operation

__all__ = ["SNAPSHOT_DELETE"]


def _command(record: ShareRecord, stamp: Stamp, mark: str | None) -> DeleteSnapshot:
    return DeleteSnapshot(name=record.name, snapshot=part_of(record).name, stamp=stamp)


def _is_reached(record: ShareRecord, shown: Shown) -> bool:
    return shown.snapshots is not None and part_of(record).name not in shown.snapshots


def _change(body: BaseModel, path: Mapping[str, str]) -> Change:
    snapshot = SharePart(kind=PartKind.SNAPSHOT, name=path["snapshot"])
    return Change(operation=Operation.SNAPSHOT_DELETE, part=snapshot)


SNAPSHOT_DELETE = Kind(
    operation=Operation.SNAPSHOT_DELETE,
    does="removes a snapshot of a share",
    verb=Verb.SNAPSHOT_DELETE,
    command=_command,
    absence=True,
    lists_snapshots=True,
    is_reached=_is_reached,
    part_becomes="deleting",
    parts_after=snapshots_after,
    not_done="snapshot not removed",
    request=ChangeRequest(method="DELETE", path="/snapshots/{snapshot}", checks={"snapshot": is_name}, change=_change),
)
