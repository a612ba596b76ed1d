"""Opens and closes one cluster's port at the very instants at which its faults and outages say so."""

import asyncio
from collections.abc import Callable

from fake_clusters.faults.injector import FaultInjector
from fake_clusters.front import Front
from fake_clusters.model import ClusterModel

__all__ = ["PortKeeper"]


class PortKeeper:
    """Keeps one timer, for the next instant at which anything may change.

    turned: called after each look. While the cluster is down, the front itself keeps the port closed.
    """

    def __init__(
        self, front: Front, model: ClusterModel, injector: FaultInjector, *, turned: Callable[[], None]
    ) -> None:
        self._front = front
        self._model = model
        self._injector = injector
        self._turned = turned
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None

    def look(self) -> None:
        """Make the port as it should be now. To be called whenever a fault, the profile or the origin has changed."""
        self.close()
        now = self._model.now
        self._injector.note_refusing(now)
        if self._injector.refuses_connections(now) or self._model.profile.closed(now):
            self._front.close_port()
        else:
            self._front.open_port()
        turn = min(self._injector.next_turn(now), self._model.profile.next_turn(now))
        if turn != float("inf"):
            self._timer = self._loop.call_later(turn - now, self.look)
        self._turned()

    def close(self) -> None:
        """Look no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
