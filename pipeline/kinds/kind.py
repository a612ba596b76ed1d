"""What a kind of task is: the states it moves through, its command, how its end is seen, and how it is asked for."""

from collections.abc import Callable
from dataclasses import dataclass

from connector.operations import Mutation, ShareView, Stamp, Verb
from pipeline.kinds.request import ChangeRequest
from pipeline.record import SharePart, ShareRecord
from pipeline.states import Operation, ShareState

__all__ = ["Kind", "Shown", "nothing_in_the_way", "same_parts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A share of ours, whole, as its cluster shows it. snapshots: their names; None: it was not asked for them.

    asked: bytes that the command asked for, where the connector cannot be asked for just what was wanted.
    """

    view: ShareView
    snapshots: tuple[str, ...] | None = None
    asked: int | None = None


def nothing_in_the_way(record: ShareRecord, shown: Shown) -> str | None:
    """Of a kind that can always be tried."""
    return None


def same_parts(record: ShareRecord, shown: Shown | None) -> tuple[SharePart, ...]:
    """Of a kind that changes none."""
    return record.parts


def _decided_by_state(record: ShareRecord, shown: Shown) -> bool:
    raise AssertionError(f"the end of {record.operation} is decided by the state of its record")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind.

    begins_in: the states in which it is accepted; none: where there is no record yet. under_way: the state of the
    record until it has ended.

    verb, command: what its connector is sent for a record, with the share's mark where the connector keeps one; None:
    it is only looked. once: a command that is sent again is the same one, known by the same request id, and is
    answered as the first time. absence: an answer that there is no such share says that it has come about.

    lists_snapshots: a look asks for the snapshots, too. is_reached: whether the share as it is shown is as the record
    wants it. in_the_way: why it cannot come about, as seen before its first command; None: it can. parts_after: what
    the record has to say of the share's parts when it has ended; shown None: as it was asked. part_becomes: the state
    in which clients see the part that it is about, until then.

    not_done: opens the reason where it did not come about, as `not resized`. finished: the HTTP status of an answer
    that says that it is done. request: how it is asked for; None: as a create is.
    """

    operation: Operation
    does: str
    begins_in: frozenset[ShareState] = frozenset({ShareState.ACTIVE})
    under_way: ShareState = ShareState.UPDATING
    verb: Verb | None = None
    command: Callable[[ShareRecord, Stamp, str | None], Mutation] | None = None
    once: bool = True
    absence: bool = False
    lists_snapshots: bool = False
    is_reached: Callable[[ShareRecord, Shown], bool] = _decided_by_state
    in_the_way: Callable[[ShareRecord, Shown], str | None] = nothing_in_the_way
    part_becomes: str | None = None
    parts_after: Callable[[ShareRecord, Shown | None], tuple[SharePart, ...]] = same_parts
    not_done: str
    finished: int = 200
    request: ChangeRequest | None = None
