"""Clusters with faults, and plain clients that look at them from outside."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import asyncssh

from connector.targets import Target
from fake_clusters.cluster import FakeCluster
from fake_clusters.farm import Farm
from fake_clusters.faults.config import read_fault
from fake_clusters.faults.rule import FaultRule
from fake_clusters.keys import KeyStore
from fake_clusters.spec import ClusterLimits, ClusterSpec

__all__ = [
    "CREATE",
    "DELETE",
    "DONE",
    "LIST",
    "PATIENCE",
    "PING",
    "SHOW",
    "SILENCE",
    "WITNESSES",
    "Faulty",
    "Heard",
    "Opens",
    "Raw",
    "fault",
    "witnesses",
]

PING, LIST = "ping", "share list"
CREATE = "share create s1 --size 1024 --request-id r1"
SHOW = "share show s1"
DELETE = "share delete s1 --request-id r2"

PATIENCE = 10.0
"""Seconds after which a test that waits for something has failed."""

SILENCE = 0.25
"""Seconds of nothing that are taken for a hang."""

DONE = b'{"done": "create"}\n'
"""What a create is answered with in the native dialect."""

Test = TypeVar("Test", bound=Callable[..., Any])
WITNESSES: dict[str, str] = {}
"""Which test looks at which fault."""

Opens = Callable[..., Awaitable["Faulty"]]
"""`await with_faults("hang", first=1)`"""


def witnesses(kind: str) -> Callable[[Test], Test]:
    """Marks the test that sees this fault on the wire."""

    def mark(test: Test) -> Test:
        WITNESSES[kind] = test.__name__
        return test

    return mark


def fault(kind: str, **parameters: Any) -> FaultRule:
    """A rule, spelled as in a file."""
    return read_fault({"kind": kind, **parameters}).rule()


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of one command: status None: none came. lost: the connection ended."""

    status: int | None
    stdout: bytes = b""
    stderr: bytes = b""
    lost: bool = False


class Raw:
    """A bare TCP connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def line(self) -> bytes:
        async with asyncio.timeout(PATIENCE):
            return await self._reader.readline()

    async def packet_type(self) -> int:
        """The message number of the next unencrypted SSH packet; `IncompleteReadError` where none comes any more."""
        async with asyncio.timeout(PATIENCE):
            return (await self._reader.readexactly(6))[5]

    async def ending(self) -> str:
        """What ends the server's side, once all that it sent has been read."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self._reader.read()
        except ConnectionResetError:
            return "reset"
        return "end of file"

    async def says_nothing(self) -> bool:
        """Whether neither a byte nor an end comes for a while."""
        try:
            async with asyncio.timeout(SILENCE):
                await self._reader.read(1)
        except TimeoutError:
            return True
        return False

    def send(self, data: bytes) -> None:
        self._writer.write(data)

    def close(self) -> None:
        self._writer.transport.abort()


class Faulty:
    """A cluster with faults. `calm`: one next to it, in the same process, without."""

    def __init__(self, farm: Farm, keys: Path, stack: AsyncExitStack) -> None:
        self.farm = farm
        self.cluster: FakeCluster = farm.cluster("north")
        self._keys = keys
        self._stack = stack

    @classmethod
    @asynccontextmanager
    async def open(cls, keys: Path, *faults: dict[str, Any], **limits: Any) -> AsyncIterator["Faulty"]:
        rules = [read_fault({"clusters": ["north"], **table}).rule() for table in faults]
        specs = [ClusterSpec(name="north", limits=ClusterLimits(**limits)), ClusterSpec(name="calm")]
        async with Farm(specs, rules, keys=keys, seed=5) as farm, AsyncExitStack() as stack:
            yield cls(farm, keys, stack)

    @property
    def target(self) -> Target:
        return self.cluster.target

    def known_host(self, cluster: str = "north") -> str:
        """The line of a known_hosts file."""
        (public,) = KeyStore(self._keys).host_keys(cluster).public
        target = self.farm.cluster(cluster).target
        return f"[{target.host}]:{target.port} {public}\n"

    async def raw(self) -> Raw:
        reader, writer = await asyncio.open_connection(self.target.host, self.target.port)
        raw = Raw(reader, writer)
        self._stack.callback(raw.close)
        return raw

    async def connect(self, cluster: str = "north") -> asyncssh.SSHClientConnection:
        """Log in with the key, checking the host key."""
        target = self.farm.cluster(cluster).target
        async with asyncio.timeout(PATIENCE):
            connection = await asyncssh.connect(
                target.host,
                target.port,
                username=target.username,
                client_keys=[target.client_key],
                known_hosts=asyncssh.import_known_hosts(self.known_host(cluster)),
                config=None,
            )
        return await self._stack.enter_async_context(connection)

    async def run(self, command: str, *, on: asyncssh.SSHClientConnection | None = None) -> Heard:
        """Run a command to its end."""
        connection = on or await self.connect()
        try:
            async with asyncio.timeout(PATIENCE):
                done = await connection.run(command, encoding=None)
        except (asyncssh.ConnectionLost, ConnectionError):
            return Heard(None, lost=True)
        assert isinstance(done.stdout, bytes)
        assert isinstance(done.stderr, bytes)
        lost = done.exit_status is None and connection.is_closed()
        return Heard(done.exit_status, done.stdout, done.stderr, lost=lost)

    async def is_calm(self) -> bool:
        """Whether the cluster without faults answers as ever."""
        return (await self.run(PING, on=await self.connect("calm"))).status == 0

    async def hears_nothing(self, command: str) -> asyncssh.SSHClientConnection:
        """Run a command that must neither end nor say anything; the connection that carried it."""
        connection = await self.connect()
        process = await connection.create_process(command, encoding=None)
        said = asyncio.ensure_future(process.stdout.read(1))
        await asyncio.wait({said}, timeout=SILENCE)
        assert not said.done()
        assert process.exit_status is None
        said.cancel()
        return connection

    def kinds(self) -> list[str]:
        """The cluster's own log of effects."""
        return [effect.kind.value for effect in self.cluster.effects()]
