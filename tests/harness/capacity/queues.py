"""Queues by hand, as fast as Python goes: arrivals and departures of M/M/1 with a seed."""

import numpy as np

__all__ = ["backlog_of"]


def backlog_of(seed: int, *, load: float, arrivals: int, looks: int, full: bool = True) -> tuple[list[float], float]:
    """The backlog of M/M/1 with service rate 1 at `looks` equal distances of time, and how long that was.

    full: after the queue has run for as long again, so that a stable one is in its steady state.
    """
    draws = np.random.default_rng(seed)
    count = arrivals * (2 if full else 1)
    comes = np.cumsum(draws.exponential(1 / load, count))
    service = draws.exponential(1.0, count)
    # Lindley: a departure is the latest of "as soon as the one before" and "as soon as it came", plus its service.
    work = np.cumsum(service)
    goes = work + np.maximum.accumulate(comes - (work - service))
    begins, ends = (comes[arrivals] if full else 0.0), comes[-1]
    at = np.linspace(begins, ends, looks + 1)
    values = np.searchsorted(comes, at, side="right") - np.searchsorted(goes, at, side="right")
    return [float(value) for value in values], float(ends - begins)
