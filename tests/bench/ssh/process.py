"""A server in a process of its own: started, asked for its port, and charged for what it and its children used."""

import asyncio
import sys
from types import TracebackType
from typing import Self

import psutil

__all__ = ["ServerProcess"]


class ServerProcess:
    """Runs a command that writes its port on its first line. CPU times in seconds."""

    def __init__(self, name: str, *command: str) -> None:
        self.name = name
        self._command = command

    @classmethod
    def module(cls, name: str, module: str, *arguments: str) -> Self:
        """A Python module of this project."""
        return cls(name, sys.executable, "-m", module, *arguments)

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(*self._command, stdout=asyncio.subprocess.PIPE)
        self._seen = psutil.Process(self._process.pid)
        self.port = int(await self.line())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        await self._process.wait()

    async def line(self) -> str:
        """The next line that the server writes."""
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.name} ended before it was ready")
        return line.decode().strip()

    @property
    def memory(self) -> int:
        """Resident bytes."""
        return int(self._seen.memory_info().rss)

    def cpu(self) -> float:
        """Seconds used so far, with those of children that have ended."""
        times = self._seen.cpu_times()
        return float(times.user + times.system + times.children_user + times.children_system)

    async def settled_cpu(self) -> float:
        """The same, once no child is left and the last connection is gone."""
        while self._seen.children():
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)
        return self.cpu()
