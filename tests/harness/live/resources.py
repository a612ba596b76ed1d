"""What the processes of a run take while its load lasts: memory of their own, open files, connections."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from enum import StrEnum
from pathlib import Path

import psutil

from harness.run.player import LoadPlayer, open_clients
from harness.run.world import World
from tests.harness.live.growth import Look

__all__ = ["Resource", "Resources"]

_EVERY = 2.0


class Resource(StrEnum):
    """memory: bytes that nobody shares, which PostgreSQL's buffers are not. connections: open sockets."""

    MEMORY = "memory"
    FILES = "files"
    CONNECTIONS = "connections"


class Resources:
    """seen: by part, or server, and resource. Of a server with several processes, the sum."""

    def __init__(self) -> None:
        self.seen: dict[tuple[str, Resource], list[Look]] = defaultdict(list)

    @asynccontextmanager
    async def open_player(self, world: World, url: str) -> AsyncIterator[LoadPlayer]:
        """As `open_clients`, while all processes of the world are looked at."""
        async with open_clients(world, url) as player, asyncio.TaskGroup() as group:
            watching = group.create_task(self._watch(world))
            yield player
            watching.cancel()

    async def _watch(self, world: World) -> None:
        await world.clock.until(0.0)
        while True:
            for part, process in world.processes.items():
                pid = getattr(process, "pid", None)
                if process.running and pid is not None:
                    self._look(part, pid, world.clock.now(), is_server=part in world.servers)
            await asyncio.sleep(_EVERY)

    def _look(self, part: str, pid: int, at: float, *, is_server: bool) -> None:
        """A process that ends meanwhile shows nothing. To look for children costs as much as all else together."""
        try:
            process = psutil.Process(pid)
            values = _values([process, *(process.children(recursive=True) if is_server else ())])
        except (psutil.Error, OSError):
            return
        for resource, value in values.items():
            self.seen[part, resource].append(Look(at=at, life=pid, value=value))


def _values(processes: Sequence[psutil.Process]) -> Mapping[Resource, float]:
    return {
        Resource.MEMORY: sum(_anonymous(process.pid) for process in processes),
        Resource.FILES: sum(process.num_fds() for process in processes),
        Resource.CONNECTIONS: sum(_sockets(process.pid) for process in processes),
    }


def _sockets(pid: int) -> int:
    """Of any kind. To tell them apart, the table of all of the machine's would be read for each process."""
    folder = Path(f"/proc/{pid}/fd")
    return sum(_target(descriptor).startswith("socket:") for descriptor in folder.iterdir())


def _target(descriptor: Path) -> str:
    """Empty for one that has just been closed."""
    try:
        return str(descriptor.readlink())
    except FileNotFoundError:
        return ""


def _anonymous(pid: int) -> int:
    """Bytes. Linux alone tells them apart from what is shared. Raises `ProcessLookupError` for one that has ended."""
    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as status:
        for line in status:
            if line.startswith("RssAnon:"):
                return 1024 * int(line.split()[1])
    raise ProcessLookupError(pid)
