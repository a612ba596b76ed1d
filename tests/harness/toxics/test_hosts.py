"""On a virtual network of named hosts a relay stands beside the server: no way counts twice; it outlives the server."""

import asyncio
from collections.abc import Awaitable, Callable

import asyncssh
import pytest

from harness.toxics.latency import LATENCY, Latency
from harness.toxics.relays import Relays, relayed
from harness.toxics.rule import ToxicRule, toxic_of
from harness.toxics.toxic import Direction, LinkSelector
from harness.virtual.hosts import Host
from harness.virtual.loop import VirtualLoop
from harness.virtual.network import Network
from tests.harness.toxics.worlds import elapsed

RULE = ToxicRule(
    label="slow",
    kind=LATENCY,
    parameters=Latency(latency=0.5),
    selector=LinkSelector(link="processor-north", direction=Direction.BOTH),
)


def play(main: Callable[[Network, Host, Relays], Awaitable[None]], latency: float = 0.0) -> None:
    net = Network(latency=latency)

    async def whole() -> None:
        async with relayed([RULE], seed=1) as relays:
            try:
                await main(net, Host("north"), relays)
            finally:
                net.close()
                await asyncio.sleep(1)

    with asyncio.Runner(loop_factory=lambda: VirtualLoop(net)) as runner:
        runner.run(whole())


async def _echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(await reader.read(1))
    await reader.read()
    writer.close()


async def _ask(host: str, port: int) -> None:
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(b"x")
    assert await reader.readexactly(1) == b"x"
    writer.close()


def test_the_way_between_two_hosts_is_gone_once() -> None:
    async def main(net: Network, north: Host, relays: Relays) -> None:
        await north.spawn(asyncio.start_server(_echo, "", 22), name="server")
        straight, _ = await elapsed(_ask("north", 22))
        relayed_at = await relays.through("processor-north", "north", 22)
        assert relayed_at[0] == "north"
        assert (await elapsed(_ask(*relayed_at)))[0] == straight == 4 * 0.25
        relays.links["processor-north"].add(toxic_of(RULE))
        assert (await elapsed(_ask(*relayed_at)))[0] == straight + 2 * 0.5

    play(main, latency=0.25)


def test_the_relay_outlives_the_host_that_it_stands_beside() -> None:
    async def main(net: Network, north: Host, relays: Relays) -> None:
        await north.spawn(asyncio.start_server(_echo, "", 22), name="server")
        address = await relays.through("processor-north", "north", 22)
        await _ask(*address)
        north.kill()
        net.host_died(north)
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        loop.detach(north)
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        loop.detach(north)
        with pytest.raises(ConnectionResetError):
            await _ask(*address)
        await Host("north").spawn(asyncio.start_server(_echo, "", 22), name="server")
        await _ask(*address)

    play(main)


def test_unmodified_ssh_runs_through_it() -> None:
    async def main(net: Network, north: Host, relays: Relays) -> None:
        def answer(process: asyncssh.SSHServerProcess[str]) -> None:
            process.stdout.write("done")
            process.exit(0)

        class Open(asyncssh.SSHServer):
            def begin_auth(self, username: str) -> bool:
                return False

        key = asyncssh.generate_private_key("ssh-ed25519")

        async def serve() -> None:
            await asyncssh.create_server(Open, "", 22, server_host_keys=[key], process_factory=answer)

        await north.spawn(serve(), name="sshd")
        host, port = await relays.through("processor-north", "north", 22)
        relays.links["processor-north"].add(toxic_of(RULE))
        async with asyncssh.connect(host, port, username="u", known_hosts=None, config=[], client_keys=None) as client:
            seconds, result = await elapsed(client.run("create"))
        assert (result.stdout, result.exit_status) == ("done", 0)
        assert seconds >= 2 * 2 * 0.5

    play(main)
