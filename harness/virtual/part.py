"""One part of the pipeline as a process of the virtual world: started, killed, paused, started again."""

import asyncio
import traceback
from collections.abc import Callable, Iterable
from typing import Protocol

from harness.errors import WorldError
from harness.virtual.hosts import Host
from harness.virtual.loop import running_loop
from pipeline.ground import Ground
from pipeline.seams import Seams
from pipeline.serve import Part, running
from pipeline.settings import PipelineSettings

__all__ = ["Kernel", "VirtualPart"]

_KILLED = -9
_STOP = 5.0
"""Seconds. A part that hangs at its end is killed: by then it has nothing left to say."""


class Kernel(Protocol):
    """What holds something of a process, and lets go of it when the process is killed."""

    def host_died(self, host: Host) -> None: ...


class VirtualPart:
    """One part, in whatever life. ground: makes what a life stands on. kernels: who is told of a kill.

    skew: seconds that the clock of its host is ahead.
    """

    def __init__(
        self,
        part: Part,
        settings: PipelineSettings,
        *,
        ground: Callable[[str], Ground],
        kernels: Iterable[Kernel],
        seams: Seams,
        skew: float = 0.0,
    ) -> None:
        self.part = part
        self.url: str | None = None
        self._settings = settings
        self._ground = ground
        self._kernels = tuple(kernels)
        self._seams = seams
        self._skew = skew
        self._lives = 0
        self._host = Host(part.value)
        self._task: asyncio.Task[None] | None = None
        self._stop = asyncio.Event()
        self._words = ""

    @property
    def running(self) -> bool:
        return self._task is not None and self._host.alive and not self._task.done()

    async def start(self) -> None:
        """Start it and wait until it is ready. Raises `WorldError` where it ends first."""
        assert not self.running, f"{self.part} is running"
        self._lives += 1
        self._host = Host(self.part.value, skew=self._skew)
        self._stop = asyncio.Event()
        ready = asyncio.get_running_loop().create_future()
        self._task = self._host.spawn(self._live(ready, self._stop), name="the process")
        await asyncio.wait((ready, self._task), return_when=asyncio.FIRST_COMPLETED)
        if not ready.done():
            raise WorldError(f"the {self.part} ended at once: {self._words.splitlines()[-1]}")
        self.url = ready.result()

    def kill(self) -> None:
        """SIGKILL: nothing in it gets a chance; what it had committed stays. One that is dead stays so."""
        if not self._host.alive:
            return
        self._host.kill()
        for kernel in self._kernels:
            kernel.host_died(self._host)
        running_loop().bury(self._host)

    def pause(self) -> None:
        """SIGSTOP: to everyone else it hangs."""
        running_loop().pause(self._host)

    def resume(self) -> None:
        """SIGCONT."""
        running_loop().resume(self._host)

    def shift_clock(self, seconds: float) -> None:
        """Set the clock of its host ahead, or back."""
        self._skew += seconds
        self._host.set_clock(self._skew, asyncio.get_running_loop().time())

    async def wait(self) -> int | None:
        """Until it has ended: its exit status; None where it never ran."""
        if self._task is None:
            return None
        if not self._host.alive:
            return _KILLED
        await asyncio.wait((self._task,))
        return 1 if self._words else 0

    async def stop(self) -> None:
        """Ask it to end, as SIGTERM does, and kill it where it does not."""
        if not self.running:
            return
        assert self._task is not None
        self.resume()
        self._stop.set()
        _, hangs = await asyncio.wait((self._task,), timeout=_STOP)
        if hangs:
            self.kill()

    def last_words(self) -> str:
        """How its last life ended, where it was by a failure."""
        return self._words

    async def _live(self, ready: "asyncio.Future[str | None]", stop: asyncio.Event) -> None:
        ground = self._ground(f"{self.part.value}-{self._lives}")
        try:
            async with running(self._settings, frozenset({self.part}), seams=self._seams, ground=ground) as urls:
                ready.set_result(urls[self.part])
                await stop.wait()
        except Exception:  # noqa: BLE001 - the end of a process, not of the world
            self._words = traceback.format_exc().strip()
