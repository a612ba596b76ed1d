"""Runs the plain code of a transaction on a connection that is asynchronous.

The code of transactions stands once, for every store, and is no coroutine. Here it runs in a greenlet of its own, which
is left whenever it waits for the database and entered again with the answer, as SQLAlchemy's asyncio extension does it.
"""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import greenlet

__all__ = ["bridged", "wait_for"]

T = TypeVar("T")


async def bridged(function: Callable[[], T]) -> T:
    """What `function` returns; within it, `wait_for` waits in this task. Raises what it raises."""
    runner = greenlet.greenlet(function)
    runner.gr_context = greenlet.getcurrent().gr_context
    value: Any = runner.switch()
    while not runner.dead:
        try:
            answer = await value
        except BaseException as error:  # noqa: BLE001 - it is raised where the code waits
            value = runner.throw(error)
        else:
            value = runner.switch(answer)
    result: T = value
    return result


def wait_for(awaitable: Awaitable[T]) -> T:
    """What comes of an awaitable, in code that `bridged` runs."""
    outside = greenlet.getcurrent().parent
    assert outside is not None, "only within `bridged`"
    answer: T = outside.switch(awaitable)
    return answer
