"""Arrivals for an environment, one after the other."""

from collections.abc import Callable, Iterable
from typing import Any

from harness.model.environment import FastEnvironment

__all__ = ["feed"]


def feed(env: FastEnvironment, arrivals: Iterable[tuple[float, Any]], callback: Callable[[Any], object]) -> None:
    """Call `callback(argument)` for each (instant, argument), before what else is due at that instant.

    Instants must not fall. They are looked at one ahead, so that there may be any number of them.
    """
    left = iter(arrivals)

    def follow() -> None:
        following = next(left, None)
        if following is not None:
            env.deadline_at(following[0], come, following[1])

    def come(argument: object) -> None:
        follow()
        callback(argument)

    follow()
