"""One part of the pipeline in a process of its own: started, awaited, killed, paused, started again on its port."""

import asyncio
import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from harness.errors import PartEnded, WorldError
from harness.live.cleaner import run_environment
from harness.live.die_with_parent import die_with_parent
from harness.python_path import python_module
from harness.scenario.roles import Role
from harness.service.parts import End
from harness.service.reference import PipelineSettings, write_settings

__all__ = ["START", "PartProcess", "ProcessCommand"]

START = 20.0
"""Seconds until a part that is not ready is given up: much, for a machine that does other things too."""
_QUOTED = 2000
"""Bytes of a failed part's stderr that are quoted."""
_LOOK = 0.02
"""Seconds between two looks for a file that another process writes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessCommand:
    """How a part is started. module: run with `python -m`. extra: further arguments, such as overrides."""

    module: str = "pipeline"
    extra: tuple[str, ...] = ()


class _Ready(BaseModel):
    """What a part that is ready writes of itself."""

    model_config = ConfigDict(extra="ignore")

    url: str | None = None


_READY_FILE: TypeAdapter[dict[str, _Ready]] = TypeAdapter(dict[str, _Ready])


@dataclass(slots=True)
class _Life:
    """One process of a part. log_begins: where in the file what it writes begins. killed, stopped: by the run."""

    process: asyncio.subprocess.Process
    log_begins: int
    killed: bool = False
    stopped: bool = False

    @property
    def running(self) -> bool:
        return self.process.returncode is None and not _has_ended(self.process.pid)

    def is_planned(self, status: int) -> bool:
        """A part that had failed already when the run killed it ended by itself: its status says so. And one that was
        asked to stop may end in any way but by a SIGKILL that the run did not send."""
        return self.killed if status == -signal.SIGKILL else self.stopped


def _has_ended(child: int) -> bool:
    """Whether it has, though the loop may not have heard of it. macOS cannot tell without taking it from the loop."""
    if not hasattr(os, "waitid"):
        return False
    try:
        return os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:  # the loop's thread has it already
        return True


class PartProcess:
    """One part. Made by `parts.open_parts`, which also ends it.

    The first start takes whatever port the system gives; every later one takes the same again.
    """

    def __init__(self, part: str, settings: PipelineSettings, directory: Path, command: ProcessCommand) -> None:
        self.part = part
        self.url: str | None = None
        self._settings = settings
        self._directory = directory
        self._command = command
        self._life: _Life | None = None
        self._lives: asyncio.Queue[_Life] = asyncio.Queue()

    @property
    def running(self) -> bool:
        return self._life is not None and self._life.running

    @property
    def pid(self) -> int | None:
        return self._life.process.pid if self._life is not None else None

    async def start(self, *, seconds: float = START) -> None:
        """Start it and wait until it is ready. Raises `PartEnded`, and `WorldError` where it takes too long."""
        await self.spawn()
        await self.ready(seconds=seconds)

    async def spawn(self) -> None:
        """Start it; several parts can then come up at the same time."""
        assert not self.running, f"{self.part} is running"
        self._ready_file.unlink(missing_ok=True)
        config = self._directory / f"{self.part}.toml"
        write_settings(config, self._with_port())
        with self.log.open("ab") as stderr:
            log_begins = stderr.tell()
            process = await asyncio.create_subprocess_exec(
                *die_with_parent(*python_module(self._command.module, *self._arguments(config))),
                env=run_environment(self._directory),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=stderr,
                stderr=stderr,
                # Ctrl-C is for the harness, which still needs the pipeline to heal and to collect.
                start_new_session=True,
            )
        self._life = _Life(process, log_begins)
        self._lives.put_nowait(self._life)

    async def ready(self, *, seconds: float = START) -> None:
        """Wait until it is ready. Raises `PartEnded` where it ends first, `WorldError` where it takes too long."""
        try:
            async with asyncio.timeout(seconds):
                while not self._read_ready():
                    if not self.running:
                        raise PartEnded(f"the {self.part} ended at once with status {await self.wait()}{self._quote()}")
                    await asyncio.sleep(_LOOK)
        except TimeoutError as error:
            raise WorldError(f"the {self.part} was not ready within {seconds:g} s{self._quote()}") from error

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

    async def stop(self, *, seconds: float) -> bool:
        """Ask it to end, and kill it where it does not within `seconds`; whether it ended by itself."""
        if self._life is None or not self._life.running:
            return True
        self._life.stopped = True
        self.resume()
        self._signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(seconds):
                await self.wait()
        except TimeoutError:
            self.kill()
            await self.wait()
            return False
        return True

    @property
    def log(self) -> Path:
        """What it wrote to stderr, over all its lives."""
        return self._directory / f"{self.part}.stderr"

    def _log_of(self, life: _Life) -> str:
        """The end of what it wrote to stderr in this life."""
        try:
            written = self.log.read_bytes()[life.log_begins :]
        except OSError:
            return ""
        return written[-_QUOTED:].decode(errors="replace").strip()

    @property
    def _ready_file(self) -> Path:
        return self._directory / f"{self.part}.ready.json"

    def _arguments(self, config: Path) -> Sequence[str]:
        own = (
            "--config",
            str(config),
            "--parts",
            self.part,
            "--ready",
            str(self._ready_file),
            "--log-level",
            "warning",
        )
        return (*own, *self._command.extra)

    def _with_port(self) -> PipelineSettings:
        if self.url is None or self.part not in {Role.API, Role.GATEWAY}:
            return self._settings
        table = getattr(self._settings, self.part)
        port = urlsplit(self.url).port
        return self._settings.model_copy(update={self.part: table.model_copy(update={"port": port})})

    def _read_ready(self) -> bool:
        try:
            ready = _READY_FILE.validate_json(self._ready_file.read_bytes())
        except (OSError, ValidationError):
            return False
        if self.part not in ready:
            return False
        self.url = ready[self.part].url
        return True

    def _quote(self) -> str:
        log = "" if self._life is None else self._log_of(self._life)
        return f"; its log ends: {log}" if log else ""

    def _signal(self, number: signal.Signals) -> None:
        """To the whole session of the part; one that has just ended needs no signal."""
        if self.running and self.pid is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, number)
