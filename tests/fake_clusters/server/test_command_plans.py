"""What the plans of channels and commands look like to a client that has logged in."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

import asyncssh
import pytest
from psutil import Process

from fake_clusters.plans import ChannelPlan, CommandPlan, Cut, CutHow, OutputPlan, When
from fake_clusters.server.options import ServerOptions
from tests.fake_clusters.server.conftest import Fronts, said

PONG = '{"done": "ping"}\n'


def _now() -> float:
    return asyncio.get_running_loop().time()


async def test_a_slow_channel_opens_no_sooner_than_the_plan_says(fronts: Fronts) -> None:
    connection = await fronts.connect(await fronts.open(ChannelPlan(delay=0.1)))
    began = _now()
    assert (await connection.run("ping")).stdout == PONG
    assert _now() - began >= 0.1


async def test_a_refused_channel_leaves_the_connection_usable(fronts: Fronts) -> None:
    connection = await fronts.connect(await fronts.open(ChannelPlan(refuse=True), ChannelPlan()))
    with pytest.raises(asyncssh.ChannelOpenError, match="open failed"):
        await connection.run("ping")
    assert (await connection.run("ping")).stdout == PONG


async def test_a_slow_channel_can_be_refused_in_the_end(fronts: Fronts) -> None:
    connection = await fronts.connect(await fronts.open(ChannelPlan(refuse=True, delay=0.05), ChannelPlan()))
    with pytest.raises(asyncssh.ChannelOpenError, match="open failed"):
        await connection.run("ping")
    assert (await connection.run("ping")).stdout == PONG


@pytest.mark.parametrize("command", ["ping", None])
async def test_an_exec_or_shell_request_can_be_refused(fronts: Fronts, command: str | None) -> None:
    connection = await fronts.connect(await fronts.open(ChannelPlan(exec_refuse=True), ChannelPlan()))
    with pytest.raises(asyncssh.ChannelOpenError):
        await connection.run(command)
    assert (await connection.run("ping")).stdout == PONG


async def test_the_service_time_passes_before_the_reply(fronts: Fronts) -> None:
    connection = await fronts.connect(await fronts.open(CommandPlan(service=0.1)))
    began = _now()
    assert (await connection.run("ping")).stdout == PONG
    assert _now() - began >= 0.1


@pytest.mark.parametrize("plan", [CommandPlan(hang=True), CommandPlan(lose_reply=True)])
async def test_no_byte_and_no_status_come_of_a_lost_reply_or_a_hang(fronts: Fronts, plan: CommandPlan) -> None:
    front = await fronts.open(plan, CommandPlan())
    connection = await fronts.connect(front)
    process = await connection.create_process("ping")
    assert (await connection.run("ping")).stdout == PONG  # the connection is alive, and later than that reply
    assert process.exit_status is None
    assert not process.is_closing()
    process.close()
    await process.wait_closed()
    assert process.collect_output() == ("", "")


@pytest.mark.parametrize("when", list(When))
@pytest.mark.parametrize("how", [CutHow.RESET, CutHow.CLOSE])
async def test_a_cut_ends_the_connection_without_a_reply(fronts: Fronts, when: When, how: CutHow) -> None:
    connection = await fronts.connect(await fronts.open(CommandPlan(service=0.01, cut=Cut(when=when, how=how))))
    with suppress(ConnectionResetError):  # a cut before the effect may come before the request is confirmed
        process = await connection.create_process("ping")
        result = await process.wait()
        assert (result.stdout, result.exit_status) == ("", None)
    await connection.wait_closed()


async def test_a_half_closed_connection_gives_no_reply_either(fronts: Fronts) -> None:
    plan = CommandPlan(service=0.01, cut=Cut(when=When.AFTER_EFFECT, how=CutHow.HALF_CLOSE))
    connection = await fronts.connect(await fronts.open(plan))
    process = await connection.create_process("ping")
    assert (await process.wait()).exit_status is None


async def test_a_truncated_reply_has_the_true_exit_status(fronts: Fronts) -> None:
    connection = await fronts.connect(await fronts.open(CommandPlan(output=OutputPlan(keep=0.5))))
    result = await connection.run("ping")
    assert (result.stdout, result.exit_status) == (PONG[: len(PONG) // 2], 0)


async def test_a_garbled_reply_has_the_true_exit_status(fronts: Fronts) -> None:
    connection = await fronts.connect(await fronts.open(CommandPlan(output=OutputPlan(garble=0.3))))
    result = await connection.run("ping", encoding=None)
    assert isinstance(result.stdout, bytes)
    assert len(result.stdout) == len(PONG)
    assert result.stdout != PONG.encode()
    assert result.exit_status == 0


async def test_an_oversized_reply_comes_whole(fronts: Fronts) -> None:
    connection = await fronts.connect(await fronts.open(CommandPlan(output=OutputPlan(extra=5_000_000))))
    result = await connection.run("ping")
    assert isinstance(result.stdout, str)
    assert len(result.stdout) == 5_000_000 + len(PONG)
    assert result.stdout.endswith(PONG)
    assert result.exit_status == 0


async def test_a_flood_to_a_client_that_reads_nothing_holds_up_nobody_and_takes_no_memory(fronts: Fronts) -> None:
    flood = CommandPlan(output=OutputPlan(extra=1_000_000_000))
    front = await fronts.open(flood, CommandPlan())
    reader, other = await fronts.connect(front), await fronts.connect(front)
    before = Process().memory_info().rss
    process = await reader.create_process("ping", encoding=None)
    began = _now()
    for _ in range(20):
        assert (await other.run("ping")).stdout == PONG
        await asyncio.sleep(0.02)
    assert _now() - began < 5
    assert Process().memory_info().rss - before < 50_000_000
    process.close()
    assert (await other.run("ping")).stdout == PONG


async def test_a_dripping_reply_comes_whole_and_no_faster_than_its_rate(fronts: Fronts) -> None:
    connection = await fronts.connect(await fronts.open(CommandPlan(output=OutputPlan(rate=170.0))))
    began = _now()
    result = await connection.run("ping")
    assert (result.stdout, result.exit_status) == (PONG, 0)
    assert _now() - began >= len(PONG) / 170.0


async def test_a_refusal_is_spoiled_as_a_reply_is(fronts: Fronts) -> None:
    front = await fronts.open(CommandPlan(output=OutputPlan(keep=0.0)))
    result = await (await fronts.connect(front)).run("share show home")
    assert (result.stdout, result.stderr) == ("", "")
    assert result.exit_status


async def test_a_command_line_that_is_too_long_is_refused(fronts: Fronts) -> None:
    front = await fronts.open(options=ServerOptions(anyone=True, line=100))
    connection = await fronts.connect(front)
    result = await connection.run("ping " + "x" * 100)
    assert result.exit_status == 12
    assert "at most 100 characters" in said(result)


async def test_a_signal_ends_a_command(fronts: Fronts) -> None:
    connection = await fronts.connect(await fronts.open(CommandPlan(hang=True)))
    process = await connection.create_process("ping")
    process.terminate()
    result = await process.wait()
    assert result.exit_signal is not None
    assert result.exit_signal[0] == "TERM"


async def test_a_client_that_vanishes_in_mid_command_takes_its_session_along(fronts: Fronts) -> None:
    front = await fronts.open(CommandPlan(hang=True), CommandPlan())
    connection = await fronts.connect(front)
    await connection.create_process("ping")
    connection.abort()
    await connection.wait_closed()
    while front.connections:
        await asyncio.sleep(0.005)
    assert (await (await fronts.connect(front)).run("ping")).stdout == PONG


async def test_subsystems_and_forwarding_are_refused_and_the_connection_goes_on(fronts: Fronts) -> None:
    connection = await fronts.connect(await fronts.open())
    with pytest.raises(asyncssh.ChannelOpenError):
        await connection.start_sftp_client()
    with pytest.raises(asyncssh.ChannelOpenError):
        await connection.open_connection("127.0.0.1", 80)
    with pytest.raises(asyncssh.ChannelListenError):
        await connection.forward_remote_port("", 0, "127.0.0.1", 80)
    assert (await connection.run("ping", env={"LANG": "C"})).stdout == PONG


async def test_a_link_sees_and_may_change_every_byte(fronts: Fronts) -> None:
    class Flip:
        """Turns over a bit of what the server sends, after the login."""

        armed = False

        def inbound(self, data: bytes, deliver: Callable[[bytes], None]) -> None:
            deliver(data)

        def outbound(self, data: bytes, deliver: Callable[[bytes], None]) -> None:
            deliver(bytes([data[0], data[1], data[2], data[3], data[4] ^ 1, *data[5:]]) if self.armed else data)

    link = Flip()
    connection = await fronts.connect(await fronts.open(links=lambda number: link))
    assert (await connection.run("ping")).stdout == PONG
    link.armed = True
    with pytest.raises((asyncssh.DisconnectError, asyncssh.ChannelOpenError)):
        await connection.run("ping")


async def test_a_packet_that_was_tampered_with_ends_its_connection_and_no_other(fronts: Fronts) -> None:
    class Tamper:
        """Turns over the last bit of what the client sends, once it is `armed`: a part of the packet's tag."""

        armed = False

        def inbound(self, data: bytes, deliver: Callable[[bytes], None]) -> None:
            deliver(bytes([*data[:-1], data[-1] ^ 1]) if self.armed else data)

        def outbound(self, data: bytes, deliver: Callable[[bytes], None]) -> None:
            deliver(data)

    links = [Tamper(), Tamper()]
    front = await fronts.open(links=lambda number: links[number - 1])
    tampered, other = await fronts.connect(front), await fronts.connect(front)
    assert (await tampered.run("ping")).stdout == PONG
    links[0].armed = True
    with pytest.raises((asyncssh.DisconnectError, asyncssh.ChannelOpenError)):
        await tampered.run("ping")
    assert (await other.run("ping")).stdout == PONG
