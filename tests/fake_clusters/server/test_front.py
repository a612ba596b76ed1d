"""A front serves one cluster over SSH, and its port opens and closes with the cluster."""

import asyncio
import socket

import asyncssh
import pytest

from fake_clusters.calls import Coordinate
from fake_clusters.errors import KeyStoreError, PortError
from fake_clusters.server.front import SshFront
from fake_clusters.server.options import ServerOptions
from fake_clusters.spec import ClusterLimits, ClusterSpec
from tests.fake_clusters.server.conftest import Fronts, said
from tests.fake_clusters.server.planned import Plan, Planned


async def _refused(front: SshFront) -> bool:
    try:
        _, writer = await asyncio.open_connection(*front.address)
    except ConnectionRefusedError:
        return True
    writer.close()
    return False


async def test_a_command_is_answered_in_the_dialect(fronts: Fronts) -> None:
    connection = await fronts.connect(await fronts.open())
    result = await connection.run("ping")
    assert (result.exit_status, result.stderr) == (0, "")
    assert result.stdout == '{"done": "ping"}\n'


async def test_a_line_that_is_no_command_is_refused_in_the_dialects_words(fronts: Fronts) -> None:
    connection = await fronts.connect(await fronts.open())
    result = await connection.run("make me a share")
    assert result.exit_status == 12
    assert "is not a command" in said(result)


async def test_each_dialect_speaks_for_itself(fronts: Fronts) -> None:
    front = await fronts.open(spec=ClusterSpec(name="south", dialect="filer"))
    connection = await fronts.connect(front)
    result = await connection.run("make me a share")
    assert result.exit_status not in {0, 12}
    assert "{" not in said(result)


async def test_the_host_key_shown_is_the_pinned_one(fronts: Fronts) -> None:
    front = await fronts.open()
    connection = await fronts.connect(front)
    key = connection.get_server_host_key()
    assert key is not None
    assert (key.get_fingerprint(),) == front.fingerprints


async def test_sessions_share_one_connection(fronts: Fronts) -> None:
    connection = await fronts.connect(await fronts.open())
    results = await asyncio.gather(*(connection.run("ping") for _ in range(8)))
    assert [result.exit_status for result in results] == [0] * 8


async def test_sessions_beyond_the_limit_are_refused_and_the_others_go_on(fronts: Fronts) -> None:
    connection = await fronts.connect(
        await fronts.open(spec=ClusterSpec(name="north", limits=ClusterLimits(sessions=2)))
    )
    kept = [await connection.create_process() for _ in range(2)]
    with pytest.raises(asyncssh.ChannelOpenError) as refused:
        await connection.run("ping")
    assert refused.value.code == asyncssh.OPEN_CONNECT_FAILED
    for process in kept:
        process.stdin.write_eof()
        assert (await process.wait()).exit_status == 0
    assert (await connection.run("ping")).exit_status == 0


async def test_fifty_connections_at_once_are_all_served(fronts: Fronts) -> None:
    front = await fronts.open()

    async def one() -> int | None:
        connection = await fronts.connect(front)
        return (await connection.run("ping")).exit_status

    assert await asyncio.gather(*(one() for _ in range(50))) == [0] * 50


async def test_a_closed_port_refuses_and_leaves_open_connections_alone(fronts: Fronts) -> None:
    front = await fronts.open()
    connection = await fronts.connect(front)
    front.close_port()
    assert await _refused(front)
    assert (await connection.run("ping")).exit_status == 0
    front.open_port()
    assert (await (await fronts.connect(front)).run("ping")).exit_status == 0


async def test_a_closed_port_is_given_to_nobody_else(fronts: Fronts) -> None:
    front = await fronts.open()
    address = front.address
    front.close_port()
    with socket.socket() as other, pytest.raises(OSError, match="in use"):
        other.bind(address)
    front.open_port()
    assert front.address == address


async def test_opening_and_closing_twice_is_the_same_as_once(fronts: Fronts) -> None:
    front = await fronts.open()
    front.open_port()
    front.close_port()
    front.close_port()
    assert await _refused(front)
    front.open_port()
    assert not await _refused(front)


async def test_a_cluster_that_goes_down_resets_its_connections_and_refuses_new_ones(fronts: Fronts) -> None:
    front = await fronts.open()
    reader, writer = await asyncio.open_connection(*front.address)
    await reader.readline()
    front.went_down()
    with pytest.raises(ConnectionResetError):
        await reader.read()
    writer.close()
    assert front.connections == 0


async def test_a_port_that_is_taken_is_named(fronts: Fronts) -> None:
    taken = await fronts.open()
    with pytest.raises(PortError, match=rf"cannot have port {taken.port} of 127.0.0.1: .*in use"):
        await fronts.open(port=taken.port)


async def test_leaving_the_context_ends_every_connection(fronts: Fronts) -> None:
    front = await fronts.open()
    connection = await fronts.connect(front)
    command = await connection.create_process()
    await front.__aexit__(None, None, None)
    await connection.wait_closed()
    assert (await command.wait()).exit_status is None


def test_options_that_let_nobody_in_are_an_error() -> None:
    with pytest.raises(ValueError, match="nobody could log in"):
        ServerOptions()


async def test_an_authorized_key_that_is_no_key_is_named(fronts: Fronts) -> None:
    with pytest.raises(KeyStoreError, match="authorized key 'not a key'"):
        await fronts.open(options=ServerOptions(authorized_keys=("not a key",)))


async def test_a_hundred_fronts_have_ports_and_keys_of_their_own(fronts: Fronts) -> None:
    opened = [await fronts.open(spec=ClusterSpec(name=f"c{number}")) for number in range(100)]
    assert len({front.port for front in opened}) == 100
    assert len({front.fingerprints for front in opened}) == 100
    connection = await fronts.connect(opened[-1])
    assert (await connection.run("ping")).exit_status == 0


async def test_a_failure_of_our_own_is_heard_of_and_ends_only_its_connection(fronts: Fronts) -> None:
    class Faulty(Planned):
        """An injector with a bug."""

        def apply(self, plan: Plan, at: Coordinate) -> Plan:
            if at.verb is not None and at.attempt == 2:
                raise ZeroDivisionError("a bug of our own")
            return plan

    heard: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: heard.append(context.get("exception")))
    front = await fronts.open()
    front.model.set_injector(Faulty(()))
    other, unlucky = await fronts.connect(front), await fronts.connect(front)
    assert (await unlucky.run("ping")).exit_status == 0
    with pytest.raises((asyncssh.Error, OSError)):
        await unlucky.run("ping", check=True)
    assert [str(error) for error in heard] == ["a bug of our own"]
    assert (await other.run("ping")).exit_status == 0
