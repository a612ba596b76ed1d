"""A task of a virtual loop: whose it is, and an order among tasks that is the same every time."""

import asyncio
from collections.abc import Coroutine, Generator
from typing import Any

from harness.virtual.hosts import current_host, host_of

__all__ = ["HostedTask"]


class HostedTask(asyncio.Task[Any]):
    """A task that hashes by its number: sets of tasks (TaskGroup has one) are walked in the same order every time."""

    _log_destroy_pending: bool

    def __init__(self, number: int, coro: Coroutine[Any, Any, Any] | Generator[Any, Any, Any], **kwargs: Any) -> None:
        self.number = number
        context = kwargs.get("context")
        self.host = current_host() if context is None else host_of(context)
        super().__init__(coro, **kwargs)

    def __hash__(self) -> int:
        return self.number

    def forget(self) -> None:
        """Let nothing wait for it at the end of the run, and nobody complain that it is still pending."""
        asyncio._unregister_task(self)
        self._log_destroy_pending = False
