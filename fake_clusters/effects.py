"""What changed on a cluster, as it happened: the ground truth that every verdict rests on."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from connector.values import fast_frozen

__all__ = ["ClusterEffect", "ClusterEffectKind", "EffectLog"]


class ClusterEffectKind(StrEnum):
    """The values are those of the journal."""

    CREATED = "created"
    HALF_CREATED = "half-created"
    CREATED_BY_OTHERS = "created-by-others"
    RESIZED = "resized"
    DELETED = "deleted"
    DELETED_BY_OTHERS = "deleted-by-others"
    ALLOWED = "allowed"
    DENIED = "denied"
    SNAPSHOT_CREATED = "snapshot-created"
    SNAPSHOT_DELETED = "snapshot-deleted"
    WIPED = "wiped"


@fast_frozen
@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterEffect:
    """One change of one share.

    number: from 1 without a gap. at: model seconds. incarnation: which life of the name, from 1. request_id, sequence:
    of its command; None for what no command did. mark, size: of the share, after the change (of one that is gone:
    before). late: it landed after its command had been answered, or given up by its caller.
    """

    number: int
    at: float
    kind: ClusterEffectKind
    name: str
    incarnation: int
    request_id: str | None = None
    sequence: int | None = None
    mark: str | None = None
    size: int | None = None
    late: bool = False


class EffectLog:
    """Effects in the order in which they happened; rows are only ever added, until all are cleared."""

    def __init__(self) -> None:
        self._rows: list[ClusterEffect] = []

    def __len__(self) -> int:
        return len(self._rows)

    def add(
        self,
        kind: ClusterEffectKind,
        *,
        at: float,
        name: str,
        incarnation: int,
        request_id: str | None = None,
        sequence: int | None = None,
        mark: str | None = None,
        size: int | None = None,
        late: bool = False,
    ) -> ClusterEffect:
        """Log one change; the log gives it its number."""
        effect = ClusterEffect(
            number=len(self._rows) + 1,
            at=at,
            kind=kind,
            name=name,
            incarnation=incarnation,
            request_id=request_id,
            sequence=sequence,
            mark=mark,
            size=size,
            late=late,
        )
        self._rows.append(effect)
        return effect

    def after(self, number: int = 0) -> Sequence[ClusterEffect]:
        """The effects with a higher number."""
        return tuple(self._rows[number:])

    def clear(self) -> None:
        """Begin again at number 1."""
        self._rows.clear()
