"""One part of a service in a process of its own: started, awaited, killed, paused, started again."""

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from harness.errors import PartEnded, ServiceUnavailable
from harness.live.launch import Launch
from harness.live.readiness import forget, probing
from harness.live.spawned import PartOfSystem, StartProcess, spawn
from harness.scenario.service_spec import READY_WITHIN, ReadyProbe
from harness.service.parts import End

__all__ = ["PartProcess"]

_QUOTED = 2000
"""Bytes of a failed part's output that are quoted."""
_SEARCHED = 1 << 20
"""Bytes of its output, from the beginning, in which a line that says that it is ready is looked for."""
_LOOK = 0.02
"""Seconds between two looks whether it is ready."""


@dataclass(slots=True)
class _Life:
    """One process of a part. log_begins: where in the file what it writes begins. killed, stopped: by the run."""

    process: PartOfSystem
    log_begins: int
    killed: bool = False
    stopped: bool = False

    @property
    def running(self) -> bool:
        return not self.process.has_ended()

    def is_planned(self, status: int) -> bool:
        """A part that had failed already when the run killed it ended by itself: its status says so. And one that was
        asked to stop may end in any way but by a SIGKILL that the run did not send."""
        return self.killed if status == -signal.SIGKILL else self.stopped


class PartProcess:
    """One part. Made by `parts.open_parts`, which also ends it. logs: a folder for what it prints. start: how its
    processes are started. at_once: whether it is started with the others."""

    def __init__(self, launch: Launch, logs: Path, start: StartProcess = spawn) -> None:
        self.part = launch.part
        self.url = launch.url
        self.at_once = launch.at_once
        self._launch = launch
        self._start = start
        self.log = logs / f"{launch.part}.log"
        """What it prints, over all its lives."""
        self.log.unlink(missing_ok=True)
        self._life: _Life | None = None
        self._lives: asyncio.Queue[_Life] = asyncio.Queue()

    @property
    def running(self) -> bool:
        return self._life is not None and self._life.running

    @property
    def pid(self) -> int | None:
        return self._life.process.pid if self._life is not None else None

    async def start(self) -> None:
        """Start it and wait until it is ready. Raises `PartEnded`, and `ServiceUnavailable` where it takes too long."""
        await self.spawn()
        await self.ready()

    async def spawn(self) -> None:
        """Start it; several parts can then come up at the same time."""
        assert not self.running, f"{self.part} is running"
        forget(self._probe)
        with self.log.open("ab") as output:
            log_begins = output.tell()
        process = await self._start(self._launch, self.log)
        self._life = _Life(process, log_begins)
        self._lives.put_nowait(self._life)

    async def ready(self) -> None:
        """Wait until it is ready. Raises `PartEnded` where it ends first, `ServiceUnavailable` where that takes too
        long."""
        seconds = READY_WITHIN if self._probe is None else self._probe.within
        try:
            async with asyncio.timeout(seconds), probing(self._probe, self._printed) as is_ready:
                # First whether it runs: somebody else may listen on its port.
                while self.running and not await is_ready():  # noqa: ASYNC110 - another process sets no event here
                    await asyncio.sleep(_LOOK)
        except TimeoutError as error:
            raise ServiceUnavailable(f"the {self.part} was not ready within {seconds:g} s{self._quote()}") from error
        if not self.running:
            raise PartEnded(f"the {self.part} ended at once with status {await self.wait()}{self._quote()}")

    def kill(self) -> None:
        """SIGKILL: immediate; no cleanup runs."""
        if self._life is not None and self._life.running:
            self._life.killed = True
        self._signal(signal.SIGKILL)

    def pause(self) -> None:
        """SIGSTOP: to everyone else it hangs."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """SIGCONT."""
        self._signal(signal.SIGCONT)

    async def wait(self) -> int | None:
        """Until it has ended: its exit status; None where it never ran."""
        return await self._life.process.wait() if self._life is not None else None

    async def unplanned_end(self) -> End:
        """Until it ends, in whichever life, without having been killed or stopped from here; each end once."""
        while True:
            life = await self._lives.get()
            try:
                status = await life.process.wait()
            except asyncio.CancelledError:
                self._lives.put_nowait(life)
                raise
            if not life.is_planned(status):
                return End(status=status, log=self._log_of(life))

    def unplanned_ends(self) -> Iterator[End]:
        """Those that `unplanned_end` has not told of; for when it has been stopped."""
        while not self._lives.empty():
            life = self._lives.get_nowait()
            status = life.process.returncode
            if status is not None and not life.is_planned(status):
                yield End(status=status, log=self._log_of(life))

    async def stop(self) -> bool:
        """Spoken it to end, and kill it where it does not within its grace; whether it ended by itself."""
        if self._life is None or not self._life.running:
            return True
        self._life.stopped = True
        self.resume()
        self._signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(self._launch.stop):
                await self.wait()
        except TimeoutError:
            self.kill()
            await self.wait()
            return False
        return True

    def _log_of(self, life: _Life) -> str:
        """The end of what it printed in this life."""
        try:
            with self.log.open("rb") as printed:
                printed.seek(max(life.log_begins, printed.seek(0, os.SEEK_END) - _QUOTED))
                return printed.read().decode(errors="replace").strip()
        except OSError:
            return ""

    def _printed(self) -> str:
        """What it has printed in this life."""
        assert self._life is not None, f"{self.part} was never started"
        with self.log.open("rb") as printed:
            printed.seek(self._life.log_begins)
            return printed.read(_SEARCHED).decode(errors="replace")

    @property
    def _probe(self) -> ReadyProbe | None:
        return self._launch.ready

    def _quote(self) -> str:
        log = "" if self._life is None else self._log_of(self._life)
        return f"; its log ends: {log}" if log else ""

    def _signal(self, number: signal.Signals) -> None:
        """To the whole session of the part; one that has just ended needs no signal."""
        if self.running and self.pid is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, number)
