"""Replies as rows of fields, which is all that a form of reply has to know of them."""

from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Any

from connector.operations import (
    CapabilitiesReply,
    DoneReply,
    ListReply,
    PingReply,
    Reply,
    ShareView,
    ShowReply,
    SnapshotsReply,
    SnapshotView,
    Verb,
)

__all__ = ["OPTIONAL", "ROW_FIELDS", "SNAPSHOT_OPTIONAL", "Row", "is_single", "reply_of", "rows_of"]

Row = dict[str, Any]

_SHARE = ("name", "size", "complete", "mark", "request_id", "rules")
_share_values = attrgetter(*_SHARE)

ROW_FIELDS: Mapping[Verb, tuple[str, ...]] = {
    Verb.SHOW: _SHARE,
    Verb.LIST: _SHARE,
    Verb.SNAPSHOT_LIST: ("snapshot", "size"),
    Verb.CAPABILITIES: ("capability",),
}
"""The verbs whose replies say more than that it is done, and the fields of their rows."""

OPTIONAL: dict[str, Any] = {"complete": True, "mark": None, "request_id": None, "rules": ()}
"""Fields that a dialect may leave out, and what is then taken for granted."""

SNAPSHOT_OPTIONAL: dict[str, Any] = {"size": 0}
"""The same in a list of snapshots."""

_LISTED = OPTIONAL | {"size": 0}
"""Where a list tells no size, a look at each share does."""


def is_single(verb: Verb) -> bool:
    """Whether the reply is exactly one row."""
    return verb is Verb.SHOW


def rows_of(reply: Reply) -> list[Row]:
    match reply:
        case ShowReply(share=share):
            return [_share_row(share)]
        case ListReply(shares=shares):
            return [_share_row(share) for share in shares]
        case SnapshotsReply(snapshots=snapshots):
            return [{"snapshot": view.snapshot, "size": view.size} for view in snapshots]
        case CapabilitiesReply(capabilities=capabilities):
            return [{"capability": capability} for capability in sorted(capabilities)]
        case DoneReply() | PingReply():
            return []


def reply_of(verb: Verb, rows: Sequence[Row]) -> Reply:
    """The reply that the rows make: one, where `is_single` says so."""
    match verb:
        case Verb.SHOW:
            return ShowReply(share=ShareView(**OPTIONAL | rows[0]))
        case Verb.LIST:
            return ListReply(shares=tuple(ShareView(**_LISTED | row) for row in rows))
        case Verb.SNAPSHOT_LIST:
            return SnapshotsReply(snapshots=tuple(SnapshotView(**SNAPSHOT_OPTIONAL | row) for row in rows))
        case Verb.CAPABILITIES:
            return CapabilitiesReply(capabilities=frozenset(row["capability"] for row in rows))
        case Verb.PING:
            return PingReply()
        case _:
            return DoneReply()


def _share_row(share: ShareView) -> Row:
    return dict(zip(_SHARE, _share_values(share), strict=True))
