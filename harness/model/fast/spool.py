"""The spool: creates that have been accepted and wait to be taken up, drawn in batches before they are due."""

from bisect import bisect_left
from collections.abc import Iterator
from itertools import takewhile
from math import inf

from harness.model.fast.stream import Batch, Row

__all__ = ["FastSpool"]


class FastSpool:
    """next_at: when the first create that nobody has taken up was or will be accepted; infinity where there is none."""

    def __init__(self, batches: Iterator[Batch]) -> None:
        self.next_at = inf
        self._batches = batches
        self._batch: Batch | None = None
        self._rows: Iterator[Row] = iter(())
        self._begin = self._end = 0
        self._closes = inf
        self._open()

    def some(self) -> tuple[Batch, Iterator[Row]]:
        """The next ones, the first of which is accepted at `next_at`. Say by `taken` how far they have been read."""
        assert self._batch is not None
        return self._batch, self._rows

    def taken(self, number: int) -> None:
        """Nobody gets this one again, nor those before it."""
        assert self._batch is not None
        self._begin = number + 1 - self._batch.first
        self._look_ahead()

    def close(self, at: float) -> int:
        """None comes from this instant on. Returns how many have been accepted, all in all."""
        self._closes = at
        kept = list(takewhile(lambda batch: batch.accepted[0] < at, self._batches))
        self._batches = iter(kept)
        last = kept[-1] if kept else self._batch
        if last is None:
            return 0
        if last is self._batch:
            self._end = min(self._end, bisect_left(last.accepted, at))
            self._rows = last.rows(self._begin, self._end)
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
        self._batch = batch
        self._begin, self._end = 0, bisect_left(batch.accepted, self._closes)
        self._rows = batch.rows(self._begin, self._end)
        self.next_at = batch.accepted[0]
