"""A cluster that the fast path and the pipeline's own code command together: one queue, one set of places and slots."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

from fake_clusters.service import ServiceStation
from fake_clusters.ticket import Job
from harness.model.fast.commands import Commands
from harness.model.fast.foreseen import ForeseenCommands
from harness.model.fast.share import FastCluster

__all__ = ["SharedPlaces", "SharedSlots", "SharedStation"]


class SharedPlaces:
    """The fast path's places and queue of one cluster, for commands of the cluster's model."""

    def __init__(self, cluster: FastCluster, calm: ForeseenCommands, commands: Commands) -> None:
        self._cluster = cluster
        self._calm = calm
        self._commands = commands

    def enter(self, start: Callable[[bool], None]) -> None:
        """Call `start` as soon as there is a place, which is taken then; with whether that is now."""
        cluster = self._cluster
        self._calm.settle(cluster)
        if cluster.serving < cluster.places:
            cluster.serving += 1
            start(True)
        else:
            cluster.queue.append(partial(self._start, start))

    def leave(self) -> None:
        """Give the place back."""
        self._commands.free_place(self._cluster)

    def _start(self, start: Callable[[bool], None]) -> None:
        self._cluster.serving += 1
        start(False)


class SharedStation(ServiceStation):
    """The station of a cluster's model, served in the fast path's places and in the order of its queue."""

    def __init__(self, shared: SharedPlaces, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{**options, "places": 0})
        self._shared = shared

    def _enter(self, job: Job) -> None:
        self._shared.enter(lambda at_once: self._start(job, at_once=at_once))

    def _fill(self) -> None:
        self._shared.leave()


class SharedSlots:
    """The slots of one cluster, as an asynchronous context: one is held inside."""

    def __init__(self, cluster: FastCluster, commands: Commands, loop: asyncio.AbstractEventLoop) -> None:
        self._cluster = cluster
        self._commands = commands
        self._loop = loop

    async def __aenter__(self) -> None:
        held: asyncio.Future[None] = self._loop.create_future()

        def taken() -> None:
            if held.cancelled():
                self._commands.free_slot(self._cluster)
            else:
                held.set_result(None)

        self._commands.in_slot(self._cluster, taken)
        await held

    async def __aexit__(self, *raised: object) -> None:
        self._commands.free_slot(self._cluster)
