"""The cluster's side of connections: its model, its host, and the partitions between it and others."""

import asyncio
from collections.abc import Callable
from functools import cached_property
from typing import TypeVarTuple

from connector.chance import Chance
from connector.dialects import Responder
from fake_clusters.model import ClusterModel
from fake_clusters.server.dialects import dialect_named
from harness.virtual.hosts import Host
from harness.virtual.loop import running_loop
from harness.virtual.partitions import Partitions

__all__ = ["ClusterSide"]

Ts = TypeVarTuple("Ts")


class ClusterSide:
    """What happens on the cluster's side happens as the cluster's host, whoever called.

    seed: of the noise in spoiled output.
    """

    def __init__(self, model: ClusterModel, partitions: Partitions, *, seed: int) -> None:
        name = model.spec.name
        self.model = model
        self.partitions = partitions
        self.host = Host(name)
        self.dialect = dialect_named(model.spec.dialect)
        self.noise = Chance(seed, name, "server.noise")
        self.loop = running_loop()
        self._context = self.host.context()

    @cached_property
    def responder(self) -> Responder:
        """The cluster's; most commands are spelled nowhere."""
        return self.dialect.responder(self._size_of)

    def _size_of(self, name: str) -> int | None:
        share = self.model.state.share(name)
        return None if share is None else share.size

    def after(self, delay: float, step: Callable[[], None]) -> asyncio.TimerHandle | None:
        """Take a step of the cluster's: now, or in so many seconds."""
        if delay > 0:
            return self.later(delay, step)
        step()
        return None

    def later(self, delay: float, step: Callable[[*Ts], None], *args: *Ts) -> asyncio.TimerHandle:
        """Take a step of the cluster's in so many seconds: at the earliest when nothing else is awake."""
        return self.loop.call_later(delay, step, *args, context=self._context)
