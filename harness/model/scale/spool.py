"""The spool: creates that have been accepted and wait to be taken up, drawn in batches before they are due."""

from bisect import bisect_left
from collections.abc import Iterator
from itertools import islice, takewhile
from math import inf

from harness.model.scale.stream import Batch, Row

__all__ = ["Spool"]


class Spool:
    """next_at: when the first create that nobody has taken up was or will be accepted; infinity where there is none."""

    def __init__(self, batches: Iterator[Batch]) -> None:
        self.next_at = inf
        self._batches = batches
        self._batch: Batch | None = None
        self._rows: Iterator[Row] = iter(())
        self._begin = self._end = 0
        self._closes = inf
        self._open()

    def take(self, now: float) -> tuple[Batch, Iterator[Row]]:
        """Some that have been accepted by now; while `next_at` is not later than that, there are more."""
        batch, rows = self._batch, self._rows
        assert batch is not None
        begin, end, accepted = self._begin, self._end, batch.accepted
        after = begin + 1
        while after < end and accepted[after] <= now:  # mostly few: to bisect would cost more
            after += 1
        self._begin = after
        self._look_ahead()
        return batch, islice(rows, after - begin)

    def close(self, at: float) -> int:
        """None comes from this instant on. Returns how many have been accepted, all in all."""
        self._closes = at
        kept = list(takewhile(lambda batch: batch.accepted[0] < at, self._batches))
        self._batches = iter(kept)
        last = kept[-1] if kept else self._batch
        if last is None:
            return 0
        self._end = min(self._end, bisect_left(last.accepted, at)) if last is self._batch else self._end
        self._look_ahead()
        return last.first - 1 + bisect_left(last.accepted, at)

    def _look_ahead(self) -> None:
        if self._begin < self._end and self._batch is not None:
            self.next_at = self._batch.accepted[self._begin]
        else:
            self._open()

    def _open(self) -> None:
        """The next batch; when there is none, the last one stays, for who counts."""
        batch = next(self._batches, None)
        if batch is None:
            self.next_at = inf
            return
        self._batch, self._rows = batch, batch.rows()
        self._begin, self._end = 0, bisect_left(batch.accepted, self._closes)
        self.next_at = batch.accepted[0]
