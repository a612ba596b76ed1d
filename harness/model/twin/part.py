"""One process of the twin's pipeline: up, paused or down, as the nemesis would have it."""

from collections.abc import Callable

from simpy import Event

from harness.model.environment import FastEnvironment
from harness.model.twin.waiting import Wait

__all__ = ["Part"]


class Part:
    """when_killed, when_started: what is to be done then. A paused part takes everything and answers nothing."""

    def __init__(self, env: FastEnvironment) -> None:
        self.running = True
        self.paused = False
        self.life = 0
        self.when_killed: list[Callable[[], None]] = []
        self.when_started: list[Callable[[], None]] = []
        self._env = env
        self._resumed: Event | None = None
        self._died: Event = env.event()

    @property
    def died(self) -> Event:
        """Happens when this life ends."""
        return self._died

    def ready(self) -> Wait[None]:
        """Until it is not paused; costs nothing while it is not."""
        while self.paused:
            if self._resumed is None:
                self._resumed = self._env.event()
            yield self._resumed

    def kill(self) -> None:
        """As SIGKILL does."""
        if not self.running:
            return
        self.running, self.paused = False, False
        self.life += 1
        died, self._died = self._died, self._env.event()
        died.succeed()
        for do in self.when_killed:
            do()

    def start(self) -> None:
        if not self.running:
            self.running = True
            for do in self.when_started:
                do()

    def pause(self) -> None:
        """As SIGSTOP does."""
        self.paused = self.running

    def resume(self) -> None:
        self.paused = False
        if self._resumed is not None:
            self._resumed.succeed()
            self._resumed = None
