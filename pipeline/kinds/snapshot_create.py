"""Snapshot create: keeps the present content of a share under a name; reached when the share shows the snapshot.

A snapshot of that name that is there before the first command is an earlier one: the task does not come about.
"""

from collections.abc import Mapping

from pydantic import BaseModel

from connector.operations import CreateSnapshot, Stamp, Verb
from pipeline.kinds.fields import Body, Name
from pipeline.kinds.kind import Kind, Shown
from pipeline.kinds.parts import part_of, with_part, without_part
from pipeline.kinds.request import ChangeRequest
from pipeline.record import Change, PartKind, SharePart, ShareRecord
from pipeline.states import Operation

__all__ = ["SNAPSHOT_CREATE", "SnapshotBody", "snapshots_after"]


class SnapshotBody(Body):
    """The body of POST .../snapshots."""

    name: Name


def _command(record: ShareRecord, stamp: Stamp, mark: str | None) -> CreateSnapshot:
    return CreateSnapshot(name=record.name, snapshot=part_of(record).name, stamp=stamp)


def _is_there(record: ShareRecord, shown: Shown) -> bool:
    return part_of(record).name in (shown.snapshots or ())


def _in_the_way(record: ShareRecord, shown: Shown) -> str | None:
    return "the share has a snapshot of that name" if _is_there(record, shown) else None


def snapshots_after(record: ShareRecord, shown: Shown | None) -> tuple[SharePart, ...]:
    """The snapshot, if it is shown, or where nothing was shown: if it was to be made."""
    snapshot = part_of(record)
    is_there = record.operation is Operation.SNAPSHOT_CREATE if shown is None else _is_there(record, shown)
    return with_part(record, snapshot) if is_there else without_part(record, snapshot)


def _change(body: BaseModel, path: Mapping[str, str]) -> Change:
    assert isinstance(body, SnapshotBody)
    snapshot = SharePart(kind=PartKind.SNAPSHOT, name=body.name)
    return Change(operation=Operation.SNAPSHOT_CREATE, part=snapshot)


SNAPSHOT_CREATE = Kind(
    operation=Operation.SNAPSHOT_CREATE,
    does="keeps the present content of a share under a name",
    verb=Verb.SNAPSHOT_CREATE,
    command=_command,
    lists_snapshots=True,
    is_reached=_is_there,
    in_the_way=_in_the_way,
    part_becomes="pending",
    parts_after=snapshots_after,
    not_done="no snapshot made",
    request=ChangeRequest(method="POST", path="/snapshots", body=SnapshotBody, change=_change),
)
