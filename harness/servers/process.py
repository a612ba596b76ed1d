"""A server's process: crashed or stopped, and started again where it was."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from pathlib import Path

from harness.live.die_with_parent import die_with_parent
from harness.real.programs import end_of
from harness.servers.ordinary_user import ordinary_user
from harness.service.parts import End

__all__ = ["ServerProcess"]

_END = 10.0
"""Seconds in which it may end by itself."""


class ServerProcess:
    """A `harness.service.parts.Restartable`. part: its name among what can be broken. log: what it prints.

    until_ready: returns when it takes requests, and raises `WorldError` where it never will. crash: the signal after
    which it finishes nothing, itself or any child; stop: after which it ends in order.
    """

    def __init__(
        self,
        part: str,
        command: Sequence[str],
        log: Path,
        until_ready: Callable[[asyncio.subprocess.Process], Awaitable[None]],
        *,
        crash: signal.Signals = signal.SIGKILL,
        stop: signal.Signals = signal.SIGTERM,
    ) -> None:
        self.part = part
        self.url = None
        self._command = command
        self._log = log
        self._until_ready = until_ready
        self._crash = crash
        self._stop = stop
        self._process: asyncio.subprocess.Process | None = None
        self._is_planned = False
        self._lives: asyncio.Queue[asyncio.subprocess.Process] = asyncio.Queue()

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int:
        assert self._process is not None, f"{self.part} was never started"
        return self._process.pid

    async def start(self) -> None:
        """Start it and wait until it is ready. Raises `WorldError`."""
        assert not self.running, f"{self.part} is running"
        with self._log.open("ab") as output:
            self._process = await asyncio.create_subprocess_exec(
                *die_with_parent(*self._command, account=ordinary_user()),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd="/",
                start_new_session=True,
            )
        self._is_planned = False
        self._lives.put_nowait(self._process)
        await self._until_ready(self._process)

    def kill(self) -> None:
        """As a host that goes down."""
        self._signal(self._crash)

    async def stop(self) -> None:
        """Ask it to end, and kill it where it does not."""
        self._signal(self._stop)
        with suppress(TimeoutError):
            async with asyncio.timeout(_END):
                await self.wait()
                return
        self._signal(signal.SIGKILL)
        await self.wait()

    async def wait(self) -> int | None:
        """Until it has ended: its exit status."""
        return None if self._process is None else await self._process.wait()

    async def unplanned_end(self) -> End:
        """Until it ends, in whichever life, without having been crashed or stopped from here; each end once."""
        while True:
            life = await self._lives.get()
            try:
                status = await life.wait()
            except asyncio.CancelledError:
                self._lives.put_nowait(life)
                raise
            if not (life is self._process and self._is_planned):
                return End(status=status, log=end_of(self._log))

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self.running:
            self._is_planned = True
            with suppress(ProcessLookupError):
                self._process.send_signal(number)
