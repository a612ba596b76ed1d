"""Pulls one message of a consumer, with a watchdog: nats-py's `fetch` has been seen to outlast its own timeout."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

__all__ = ["PullStalledError", "pull"]

T = TypeVar("T")

_SHORTEST = 0.01
"""Seconds for which a pull waits at least: the server must have a chance to answer."""
_STALLED = 2.0
"""Seconds beyond its timeout after which a pull is given up."""


class PullStalledError(Exception):
    """The pull did not end by itself: its subscription is of no more use."""


async def pull(
    fetch: Callable[[int, float], Awaitable[Sequence[T]]], wait: float, *, spare: float = _STALLED
) -> T | None:
    """The next message; None where none came within `wait` seconds. spare: what `fetch` may take beyond that.

    fetch: called with a number of messages, always 1, and a timeout. Raises `PullStalledError`, and what it raises.
    """
    wait = max(wait, _SHORTEST)
    watchdog = asyncio.timeout(wait + spare)
    try:
        async with watchdog:
            (message,) = await fetch(1, wait)
            return message
    except TimeoutError as error:  # nats-py's is one of these
        if watchdog.expired():
            raise PullStalledError("the pull outlasted its timeout") from error
        return None
