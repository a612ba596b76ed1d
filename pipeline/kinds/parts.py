"""The parts of a share, as a task leaves them."""

from pipeline.kinds.kind import Shown
from pipeline.record import PartKind, SharePart, ShareRecord

__all__ = ["part_of", "rule_shown", "rules_shown", "snapshot_parts", "with_part", "without_part"]


def part_of(record: ShareRecord) -> SharePart:
    """What the task of a record is about."""
    assert record.part is not None, f"{record.operation} is about a part of the share"
    return record.part


def with_part(record: ShareRecord, part: SharePart) -> tuple[SharePart, ...]:
    """The parts, with this one in the place of any of its name."""
    return (*without_part(record, part), part)


def without_part(record: ShareRecord, part: SharePart) -> tuple[SharePart, ...]:
    """The parts, without any of this one's name."""
    return tuple(other for other in record.parts if (other.kind, other.name) != (part.kind, part.name))


def rule_shown(record: ShareRecord, shown: Shown) -> str | None:
    """What the client that the task is about may do; None: nothing."""
    name = part_of(record).name
    return next((rule.access.value for rule in shown.view.rules if rule.client == name), None)


def rules_shown(shown: Shown) -> tuple[SharePart, ...]:
    """All access rules."""
    rules = shown.view.rules
    return tuple(SharePart(kind=PartKind.ACCESS_RULE, name=rule.client, value=rule.access.value) for rule in rules)


def snapshot_parts(shown: Shown) -> tuple[SharePart, ...]:
    """All snapshots."""
    return tuple(SharePart(kind=PartKind.SNAPSHOT, name=name) for name in shown.snapshots or ())
