"""Verify: looks at the share and sets the record right; it sends no command. A share that is gone makes it `lost`.

It is accepted of a lost share, too: one that is seen again is active again.
"""

from collections.abc import Mapping

from pydantic import BaseModel

from pipeline.kinds.kind import Kind, Shown
from pipeline.kinds.parts import rules_shown, snapshot_parts
from pipeline.kinds.request import ChangeRequest
from pipeline.record import Change, PartKind, SharePart, ShareRecord
from pipeline.states import Operation, ShareState

__all__ = ["VERIFY"]


def _is_reached(record: ShareRecord, shown: Shown) -> bool:
    return True


def _parts_after(record: ShareRecord, shown: Shown | None) -> tuple[SharePart, ...]:
    """What the cluster shows; of snapshots what was known, where it cannot be asked."""
    if shown is None:
        return record.parts
    snapshots = record.parts_of(PartKind.SNAPSHOT) if shown.snapshots is None else snapshot_parts(shown)
    return (*rules_shown(shown), *snapshots)


def _change(body: BaseModel, path: Mapping[str, str]) -> Change:
    return Change(operation=Operation.VERIFY)


VERIFY = Kind(
    operation=Operation.VERIFY,
    does="looks at a share and sets its record right",
    begins_in=frozenset({ShareState.ACTIVE, ShareState.LOST}),
    lists_snapshots=True,
    is_reached=_is_reached,
    parts_after=_parts_after,
    not_done="not as it should be",
    request=ChangeRequest(method="POST", path="/verify", change=_change),
)
