"""A processor that does not come up again after a crash."""

import asyncio

from pipeline.seams import Seams
from pipeline.store.sqlite import SqliteStore

__all__ = ["SEAMS"]


def _only_at_first(store: SqliteStore) -> SqliteStore:
    if asyncio.get_running_loop().time() > 0:
        raise RuntimeError("there is no second life")
    return store


SEAMS = Seams(processor_store=_only_at_first)
