"""What OpenSSH's sshd does beside running commands: the fake clusters do the same, and a real one is asked too."""

import asyncio
import getpass
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import asyncssh
import pytest
from asyncssh.packet import Boolean, SSHPacket, String, UInt32

from connector.dialects import load_dialect
from connector.operations import Create, Stamp
from fake_clusters.plans import CommandPlan
from fake_clusters.server.front import SshFront
from fake_clusters.spec import ClusterLimits, ClusterSpec
from tests.bench.ssh.login import client_key as bench_key
from tests.bench.ssh.process import ServerProcess
from tests.fake_clusters.server.conftest import Fronts
from tests.fake_clusters.server.raw import Raw
from tests.real_parts import need

Step = Callable[[asyncssh.SSHClientConnection], Awaitable[object]]


DATA, EOF, CLOSE, REQUEST = 94, 96, 97, 98


class Channel(asyncssh.SSHClientChannel[bytes]):
    """A session that notes what comes in, packet by packet. paused: it reads nothing until it is told to."""

    def __init__(
        self, connection: asyncssh.SSHClientConnection, *, window: int = 1 << 20, paused: bool = False
    ) -> None:
        super().__init__(connection, connection._loop, "strict", None, "strict", window, 32768)
        self.kinds: list[int] = []
        self.requests: list[bytes] = []
        self.output = b""
        self._paused_at_first = paused

    def process_packet(self, pkttype: int, pktid: int, packet: SSHPacket) -> "bool | Awaitable[None]":
        if self.kinds[-1:] != [pkttype]:
            self.kinds.append(pkttype)
        if pkttype == REQUEST:
            self.requests.append(packet.get_remaining_payload())
        return super().process_packet(pkttype, pktid, packet) or False

    async def start(self, command: bytes = b"") -> None:
        """Open it, and execute a command in it unless there is none."""
        await self._open(b"session")
        self._session = _Output(self)
        self._send_state = "open"
        self._recv_paused = self._paused_at_first
        if command:
            await self.ask(b"exec", String(command))

    async def ask(self, request: bytes, *arguments: bytes) -> bool:
        """Whether a request is granted."""
        return bool(await self._make_request(request, *arguments))

    async def ends(self, command: bytes) -> None:
        """Execute a command and wait for the end of the session."""
        await self.start(command)
        await self.wait_closed()


class _Output(asyncssh.SSHClientSession[bytes]):
    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def data_received(self, data: bytes, datatype: int | None) -> None:
        self._channel.output += data


async def _filled(fronts: Fronts, shares: int) -> SshFront:
    front = await fronts.open(spec=ClusterSpec(name="north", limits=ClusterLimits(commands=100)))
    dialect = load_dialect("native")
    connection = await fronts.connect(front)
    for number in range(shares):
        await connection.run(
            dialect.command(Create(name=f"share-{number:03}", size=1 << 30, stamp=Stamp(request_id=f"r-{number}")))
        )
    return front


async def test_the_exit_status_follows_the_output_once_the_clients_window_has_taken_it(fronts: Fronts) -> None:
    channel = Channel(await fronts.connect(await _filled(fronts, 60)), window=1024, paused=True)
    await channel.start(b"share list")
    await asyncio.sleep(0.2)
    assert REQUEST not in channel.kinds
    channel.resume_reading()
    await channel.wait_closed()
    assert channel.kinds[-4:] == [DATA, REQUEST, EOF, CLOSE]
    assert b"share-000" in channel.output
    assert b"share-059" in channel.output


async def test_a_short_reply_ends_in_the_same_order(fronts: Fronts) -> None:
    channel = Channel(await fronts.connect(await fronts.open()))
    await channel.ends(b"ping")
    assert channel.kinds[-4:] == [DATA, REQUEST, EOF, CLOSE]


async def test_a_client_that_closes_before_it_has_read_hears_no_status(fronts: Fronts) -> None:
    connection = await fronts.connect(await _filled(fronts, 60))
    channel = Channel(connection, window=1024, paused=True)
    await channel.start(b"share list")
    await asyncio.sleep(0.1)
    channel.close()
    await channel.wait_closed()
    assert not {REQUEST, EOF} & set(channel.kinds)
    assert (await connection.run("ping")).exit_status == 0


async def test_beyond_max_startups_a_client_reads_why_and_then_the_end(fronts: Fronts) -> None:
    limits = ClusterLimits(startups=(1, 100, 1))
    front = await fronts.open(spec=ClusterSpec(name="north", limits=limits))
    async with Raw(front) as stranger, Raw(front) as another:
        assert (await stranger.line()).startswith(b"SSH-2.0-")
        another.send(b"SSH-2.0-early\r\n")  # a server that closed with this unread would send a reset
        assert await another.rest() == b"Exceeded MaxStartups\r\n"


async def _refusal(opening: Awaitable[object]) -> tuple[int, str, str]:
    with pytest.raises(asyncssh.ChannelOpenError) as raised:
        await opening
    return raised.value.code, raised.value.reason, raised.value.lang


def _request(request: bytes, *arguments: bytes) -> Step:
    async def ask(connection: asyncssh.SSHClientConnection) -> bool:
        channel = Channel(connection)
        await channel.start()
        try:
            return await channel.ask(request, *arguments)
        finally:
            channel.abort()

    return ask


def _global(request: bytes, *arguments: bytes) -> Step:
    async def ask(connection: asyncssh.SSHClientConnection) -> bool:
        kind, _ = await connection._make_global_request(request, *arguments)
        return kind == asyncssh.constants.MSG_REQUEST_SUCCESS

    return ask


def _forward(kind: bytes, *arguments: bytes) -> Step:
    async def ask(connection: asyncssh.SSHClientConnection) -> tuple[int, str, str]:
        channel = asyncssh.SSHTCPChannel(connection, connection._loop, None, "strict", 1 << 20, 32768)
        return await _refusal(channel._open(kind, *arguments))

    return ask


_NOWHERE = (String("127.0.0.1"), UInt32(9))
_PROHIBITED = (1, "open failed", "")
_FAILED = (2, "open failed", "")
STEPS: dict[str, tuple[Step, object]] = {
    "direct-tcpip": (_forward(b"direct-tcpip", *_NOWHERE, *_NOWHERE), _PROHIBITED),
    "direct-streamlocal": (_forward(b"direct-streamlocal@openssh.com", String("/x"), String(""), UInt32(0)), _FAILED),
    "tun": (_forward(b"tun@openssh.com", UInt32(1), UInt32(0x7FFFFFFF)), _FAILED),
    "tap": (_forward(b"tun@openssh.com", UInt32(2), UInt32(0x7FFFFFFF)), _FAILED),
    "a channel of no kind": (_forward(b"nonsense@example.org"), _FAILED),
    "tcpip-forward": (_global(b"tcpip-forward", String("127.0.0.1"), UInt32(0)), False),
    "cancel-tcpip-forward": (_global(b"cancel-tcpip-forward", *_NOWHERE), False),
    "streamlocal-forward": (_global(b"streamlocal-forward@openssh.com", String("/x")), False),
    "cancel-streamlocal-forward": (_global(b"cancel-streamlocal-forward@openssh.com", String("/x")), False),
    "a global request of no kind": (_global(b"nonsense@example.org"), False),
    "x11": (_request(b"x11-req", Boolean(False), String("MIT-MAGIC-COOKIE-1"), String("00" * 16), UInt32(0)), False),
    "agent": (_request(b"auth-agent-req@openssh.com"), False),
    "no such subsystem": (_request(b"subsystem", String("nonsense")), False),
    "LANG": (_request(b"env", String("LANG"), String("C")), True),
    "LC_ALL": (_request(b"env", String("LC_ALL"), String("C")), True),
    "another variable": (_request(b"env", String("LD_PRELOAD"), String("x")), False),
    "window-change": (_request(b"window-change", *(UInt32(80),) * 4), True),
    "a signal for nothing": (_request(b"signal", String("TERM")), False),
    "break": (_request(b"break", UInt32(0)), False),
    "keepalive in a session": (_request(b"keepalive@openssh.com"), False),
    "a request of no kind": (_request(b"nonsense@example.org"), False),
    "a command that is no text": (_request(b"exec", String(b"\xff")), True),
    "no command": (_request(b"exec", String("")), True),
}


@pytest.mark.parametrize("name", STEPS)
async def test_what_is_asked_beside_commands_is_answered_and_the_connection_goes_on(fronts: Fronts, name: str) -> None:
    step, expected = STEPS[name]
    connection = await fronts.connect(await fronts.open())
    assert await step(connection) == expected
    assert (await connection.run("ping")).exit_status == 0


@pytest.fixture(scope="module")
def sshd_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sshd")


@pytest.fixture
async def sshd(sshd_directory: Path) -> AsyncIterator[asyncssh.SSHClientConnection]:
    """A connection to a real sshd that forbids forwarding."""
    process = ServerProcess.module("sshd", "tests.bench.ssh.sshd", str(sshd_directory), need("sshd"))
    async with process:
        for _ in range(200):
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", process.port)
            except ConnectionRefusedError:
                await asyncio.sleep(0.02)
            else:
                writer.close()
                break
        login = {"username": getpass.getuser(), "client_keys": [bench_key(sshd_directory).path]}
        async with asyncssh.connect("127.0.0.1", process.port, known_hosts=None, config=None, **login) as connection:
            yield connection


async def test_a_real_sshd_gives_the_same_answers(sshd: asyncssh.SSHClientConnection) -> None:
    answers = {name: await step(sshd) for name, (step, _) in STEPS.items()}
    assert answers == {name: expected for name, (_, expected) in STEPS.items()}


async def test_an_empty_command_does_nothing_and_succeeds(fronts: Fronts) -> None:
    front = await fronts.open()
    connection = await fronts.connect(front)
    result = await connection.run(" ")
    assert (result.exit_status, result.stdout, result.stderr) == (0, "", "")
    assert front.model.counters["answers"] == 0


async def test_a_command_that_is_no_text_is_refused_in_the_dialects_words(fronts: Fronts) -> None:
    channel = Channel(await fronts.connect(await fronts.open()))
    await channel.ends(b"pi\xffng")
    assert channel.requests == [String("exit-status") + Boolean(False) + UInt32(12)]
    assert b"is not a command" in channel.output


@pytest.mark.parametrize("signal", ["HUP", "TERM", "KILL", "USR1", "PIPE"])
async def test_a_signal_that_ends_a_process_ends_a_command(fronts: Fronts, signal: str) -> None:
    channel = Channel(await fronts.connect(await fronts.open(CommandPlan(hang=True))))
    await channel.start(b"ping")
    channel.send_signal(signal)
    await channel.wait_closed()
    said = String("exit-signal") + Boolean(False) + String(signal) + Boolean(False) + String("") + String("")
    assert channel.requests == [said]
    assert channel.kinds[-3:] == [REQUEST, EOF, CLOSE]
