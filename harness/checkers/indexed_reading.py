"""What one side showed of itself at one instant, by where and how it is called."""

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from harness.checkers.grouping import ByName
from reports.history import Reading, SeenShare

__all__ = ["IndexedReading", "index_reading"]


class IndexedReading(NamedTuple):
    """A reading. shares: by location and name; of one that is shown twice, the last."""

    reading: Reading
    shares: ByName[SeenShare]

    @property
    def by_name(self) -> Mapping[str, SeenShare]:
        """For a cluster, all of whose shares are in one place."""
        if len(self.shares) == 1:
            return next(iter(self.shares.values()))
        return {share.name: share for share in self.reading.shares}

    @property
    def has_duplicates(self) -> bool:
        """Whether something is shown more than once."""
        return sum(map(len, self.shares.values())) < len(self.reading.shares)


def index_reading(reading: Reading) -> IndexedReading:
    """A reading, looked through."""
    places: dict[str, dict[str, SeenShare]] = defaultdict(dict)
    for share in reading.shares:
        places[share.location][share.name] = share
    return IndexedReading(reading, places)
