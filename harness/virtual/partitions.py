"""Partitions: which directions between hosts let nothing through now, and what waits for that to end."""

import asyncio
import itertools
from collections.abc import Callable, Iterable

__all__ = ["SYN_TIMEOUT", "Partitions"]

SYN_TIMEOUT = 127.0
"""Linux gives a connect up after six retries of its SYN (net.ipv4.tcp_syn_retries = 6): 1+2+4+…+64 seconds."""


class Partitions:
    """What is sent into a cut is not lost: TCP's retransmissions bring it when the partition heals."""

    def __init__(self) -> None:
        self._cut: set[tuple[str, str]] = set()
        self._waiting: list[tuple[str, str, Callable[[], object]]] = []

    def partition(self, sources: Iterable[str], targets: Iterable[str], *, one_way: bool) -> None:
        """Let nothing through from `sources` to `targets`, and, unless `one_way`, back."""
        for source, target in itertools.product(list(sources), list(targets)):
            self._cut.add((source, target))
            if not one_way:
                self._cut.add((target, source))

    def heal(self) -> None:
        """End every partition; what was held back goes on now, in order."""
        self._cut.clear()
        waiting, self._waiting = self._waiting, []
        for source, target, step in waiting:
            self.deliver(source, target, step)

    @property
    def none(self) -> bool:
        """Whether everything gets through: asked before each command, so it must cost nothing."""
        return not self._cut

    def blocked_one_way(self, source: str, target: str) -> bool:
        return (source, target) in self._cut

    def blocked(self, one: str, other: str) -> bool:
        """Whether a request or its answer would be held back."""
        return bool(self._cut) and (self.blocked_one_way(one, other) or self.blocked_one_way(other, one))

    def deliver(self, source: str, target: str, step: Callable[[], object]) -> None:
        """Take a step that something from `source` brings about at `target`: now, or when it gets through."""
        if self._cut and (source, target) in self._cut:
            self._waiting.append((source, target, step))
        else:
            step()

    async def wait_connect(self, source: str, target: str, patience: float | None = None) -> None:
        """Wait until a connection can be made. Raises `TimeoutError` after `patience` seconds, or as Linux has it."""
        seconds = SYN_TIMEOUT if patience is None else min(patience, SYN_TIMEOUT)
        async with asyncio.timeout(seconds):
            while self.blocked(source, target):
                await self._through(source, target)
                await self._through(target, source)

    async def wait_delivered(self, source: str, target: str, patience: float | None) -> None:
        """Wait until what `source` sends is there. Raises `TimeoutError` after `patience` seconds."""
        async with asyncio.timeout(patience):
            await self._through(source, target)

    async def _through(self, source: str, target: str) -> None:
        arrived = asyncio.Event()
        self.deliver(source, target, arrived.set)
        await arrived.wait()
