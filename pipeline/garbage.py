"""Garbage collection of a process that serves: what was there at the start is not looked through again and again."""

import gc

__all__ = ["spare_the_start"]

_THRESHOLDS = (20_000, 20, 20)
"""A request that waits for its commit keeps some hundred objects alive: Python's own 700 would start a collection for
every few requests, find next to nothing, and push the caches' content out."""


def spare_the_start() -> None:
    """To be called once, when all is imported: it concerns the whole process, so it is for entry points."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
