"""One part of the pipeline as a process of the virtual world: started, killed, paused, started again."""

import asyncio
import traceback
from collections.abc import Callable, Iterable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from harness.errors import PartEnded
from harness.service.parts import End
from harness.virtual.hosts import Host
from harness.virtual.loop import running_loop

__all__ = ["HostResource", "Live", "VirtualPart"]

_KILLED = -9
_STOP = 5.0
"""Seconds. A part that hangs at its end is killed: by then it has nothing left to say."""


Live = Callable[[str], AbstractAsyncContextManager[str | None]]
"""Runs one life of a part, by its name, while the context is open; gives its URL, if it has one."""


class HostResource(Protocol):
    """What holds something of a process, and lets go of it when the process is killed."""

    def host_died(self, host: Host) -> None: ...


class VirtualPart:
    """One part, in whatever life. live: runs one life, by its name. resources: who is told of a kill.

    skew: seconds that the clock of its host is ahead.
    """

    def __init__(
        self,
        part: str,
        live: Live,
        *,
        resources: Iterable[HostResource],
        skew: float = 0.0,
    ) -> None:
        self.part = part
        self.url: str | None = None
        self._live_on = live
        self._resources = tuple(resources)
        self._skew = skew
        self._lives = 0
        self._host = Host(part)
        self._task: asyncio.Task[None] | None = None
        self._stop = asyncio.Event()
        self._ready: asyncio.Future[str | None] | None = None
        self._end: End | None = None
        self._ends: asyncio.Queue[End] = asyncio.Queue()

    @property
    def running(self) -> bool:
        return self._task is not None and self._host.alive and not self._task.done()

    async def start(self) -> None:
        """Start it and wait until it is ready. Raises `PartEnded` where it ends first."""
        assert not self.running, f"{self.part} is running"
        self._lives += 1
        self._host = Host(self.part, skew=self._skew)
        self._host.on_exit = self._exit
        self._stop = asyncio.Event()
        self._end = None
        self._ready = asyncio.get_running_loop().create_future()
        self._task = self._host.spawn(self._live(self._ready, self._stop), name="the process")
        self._task.add_done_callback(self._done)
        self.url = await self._ready

    def kill(self) -> None:
        """SIGKILL: no cleanup runs; what it had committed stays. One that is dead stays so."""
        if not self._host.alive:
            return
        self._host.kill()
        for kernel in self._resources:
            kernel.host_died(self._host)
        running_loop().detach(self._host)

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
        if self._host.alive:
            await asyncio.wait((self._task,))
        return _KILLED if self._end is None else self._end.status

    async def unplanned_end(self) -> End:
        """Until it ends, in whichever life, without having been killed or stopped from here; each end once."""
        return await self._ends.get()

    async def stop(self) -> None:
        """Spoken it to end, as SIGTERM does, and kill it where it does not."""
        if not self.running:
            return
        assert self._task is not None
        self.resume()
        self._stop.set()
        _, hangs = await asyncio.wait((self._task,), timeout=_STOP)
        if hangs:
            self.kill()

    async def _live(self, ready: "asyncio.Future[str | None]", stop: asyncio.Event) -> None:
        async with self._live_on(f"{self.part}-{self._lives}") as url:
            ready.set_result(url)
            await stop.wait()

    def _done(self, task: asyncio.Task[None]) -> None:
        """Its code came to an end, as asked or by whatever it raised: the end of a process, not of the world."""
        if not self._host.alive:  # killed, or it has exited
            return
        error = asyncio.CancelledError("the process was cancelled") if task.cancelled() else task.exception()
        log = "" if error is None else "".join(traceback.format_exception(error)).strip()
        self._keep(End(status=0 if error is None else 1, log=log))

    def _exit(self, exit: SystemExit) -> None:
        """`sys.exit` somewhere in its code."""
        status = exit.code if isinstance(exit.code, int) else int(exit.code is not None)
        self._keep(End(status=status, log=str(exit.code) if isinstance(exit.code, str) else ""))
        self.kill()

    def _keep(self, end: End) -> None:
        self._end = end
        if self._ready is not None and not self._ready.done():
            last_line = end.log.rpartition("\n")[2]
            self._ready.set_exception(PartEnded(f"the {self.part} ended at once: {last_line}"))
        if not self._stop.is_set():
            self._ends.put_nowait(end)
