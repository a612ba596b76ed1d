"""A processor that does not come up again after a crash."""

import asyncio

from pipeline.overrides import Overrides
from pipeline.store.store import Store

__all__ = ["OVERRIDES"]


def _only_at_first(store: Store) -> Store:
    if asyncio.get_running_loop().time() > 0:
        raise RuntimeError("there is no second life")
    return store


OVERRIDES = Overrides(processor_store=_only_at_first)
