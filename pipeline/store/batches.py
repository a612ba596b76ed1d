"""A batch of works: those who ask for the same work share its statements."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Any, TypeVar

from pipeline.store.tables import Tables, Together, Work

__all__ = ["BatchJob", "by_row", "each", "grouped"]

T = TypeVar("T")


@dataclass(slots=True)  # not frozen: to freeze it would double what it costs
class BatchJob:
    """What is asked of a writer. row: the only one that it is about; None: it may be about any. ends: when
    it is given up, where the store waits for something that is away."""

    work: Together[Any, Any]
    item: Any
    answer: asyncio.Future[Any]
    row: int | None = None
    ends: float = inf


def each(tables: Tables, works: Sequence[Work[T]]) -> Sequence[T]:
    """Works of which each is its own item."""
    return [work(tables) for work in works]


def by_row(batch: Sequence[BatchJob]) -> Sequence[Sequence[BatchJob]]:
    """Those about one row each: those of different rows may run side by side, behind all others, which come first."""
    rows: dict[int | None, list[BatchJob]] = {None: []}
    for job in batch:
        rows.setdefault(job.row, []).append(job)
    return list(rows.values())


def grouped(batch: Sequence[BatchJob], tables: Tables) -> list[Any]:
    """The works one after the other, each for all who asked for it; answers in the order of the batch."""
    places: dict[Together[Any, Any], list[int]] = {}
    for place, job in enumerate(batch):
        places.setdefault(job.work, []).append(place)
    answers: list[Any] = [None] * len(batch)
    for work, those in places.items():
        for place, value in zip(those, work(tables, [batch[place].item for place in those]), strict=True):
            answers[place] = value
    return answers
