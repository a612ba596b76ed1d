"""What became of each share that is recorded in full, whoever worked on it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf

from harness.model.fast.records import SIZE
from harness.model.fast.share import Share
from harness.service.reference import EventRow, ShareState
from reports.history import SeenShare

__all__ = ["OnClusters", "RecordedShare", "lives"]

OnClusters = Mapping[str, Sequence[SeenShare]]
"""What is on each cluster."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedShare:
    """moves: since when its record has had which state; None: it is gone."""

    share: Share
    id: str
    name: str
    moves: Sequence[tuple[float, ShareState | None]]

    @property
    def failed(self) -> float:
        """From when on its record was on its way out; infinity: it never was."""
        return next((at for at, state in self.moves if state is ShareState.FAILING), inf)

    @property
    def ended(self) -> float | None:
        """When it came to active or was removed; None: it has not."""
        at, state = self.moves[-1]
        return at if state in (None, ShareState.ACTIVE) else None

    def seen(self, at: float) -> SeenShare | None:
        """Its record, as the API shows it at that instant."""
        state = next((state for since, state in reversed(self.moves) if since <= at), None)
        if state is None:
            return None
        location = self.share.cluster.name
        return SeenShare(location=location, name=self.name, share=self.id, state=state, size=SIZE)


def lives(shares: Mapping[str, Share], events: Iterable[EventRow]) -> Iterator[RecordedShare]:
    """Of each share, by what was written of it. shares: by their ids."""
    by_id: dict[str, list[EventRow]] = {id: [] for id in shares}
    for row in events:
        by_id[row.share].append(row)
    for id, rows in by_id.items():
        yield RecordedShare(share=shares[id], id=id, name=rows[0].name, moves=[(row.at, row.after) for row in rows])
