"""Each deadline to the second, on a virtual clock: only timers move it, so nothing here depends on the machine."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from connector.operations import Ping
from connector.outcomes import Done, Outcome
from connector.protocol import Deadlines
from connector.sites import Site
from connector.ssh import SshConnector
from connector.values import replace
from harness.virtual.hosts import current_host
from harness.virtual.loop import VirtualLoop
from harness.virtual.network import Network
from tests.connector.ssh.servers import NATIVE, ServerSession, answer, ping, ssh_server, target_on

T = TypeVar("T")
DEADLINES = Deadlines(connect=1, login=10, channel=100, command=1000)


def virtually(main: Coroutine[Any, Any, T], net: Network | None = None) -> T:
    with asyncio.Runner(loop_factory=lambda: VirtualLoop(net or Network())) as runner:
        return runner.run(main)


async def timed(call: Coroutine[Any, Any, Outcome]) -> tuple[Outcome, float]:
    loop = asyncio.get_running_loop()
    began = loop.time()
    outcome = await call
    return outcome, loop.time() - began


async def never(*args: object) -> None:
    await asyncio.Event().wait()


def after(seconds: float) -> Any:
    """Answers each command so many seconds after it came."""

    def on_exec(session: ServerSession) -> None:
        asyncio.get_running_loop().call_later(seconds, answer, session)

    return on_exec


def site_of(outcome: Outcome) -> Site:
    assert not isinstance(outcome, Done)
    return outcome.site


def test_a_connect_into_the_void_takes_its_deadline() -> None:
    net = Network()

    async def main() -> tuple[Outcome, float]:
        net.partition([current_host().name], ["far"])
        return await timed(ping(replace(target_on(7), host="far"), DEADLINES))

    outcome, took = virtually(main(), net)
    assert (site_of(outcome), took) == (Site.SSH_CONNECT, 1)


def test_a_login_that_is_not_answered_costs_the_login_deadline() -> None:
    async def main() -> tuple[Outcome, float]:
        async with ssh_server(auth=never) as (target, _):
            return await timed(ping(target, DEADLINES))

    outcome, took = virtually(main())
    assert (site_of(outcome), took) == (Site.SSH_AUTH, 10)


def test_a_session_that_does_not_open_costs_the_channel_deadline() -> None:
    async def main() -> tuple[Outcome, float]:
        async with ssh_server(opens=never) as (target, _):
            return await timed(ping(target, DEADLINES))

    outcome, took = virtually(main())
    assert (site_of(outcome), took) == (Site.SSH_CHANNEL, 100)


def test_the_command_deadline_begins_when_the_command_goes_out() -> None:
    async def main() -> tuple[Outcome, float]:
        async with ssh_server(after(5000), opens=lambda: asyncio.sleep(90)) as (target, _):
            return await timed(ping(target, DEADLINES))

    outcome, took = virtually(main())
    assert (site_of(outcome), took) == (Site.CONNECTOR_REPLY, 1090)


def test_an_answer_just_within_the_deadline_counts() -> None:
    async def main() -> tuple[Outcome, float]:
        async with ssh_server(after(999.9)) as (target, _):
            return await timed(ping(target, DEADLINES))

    outcome, took = virtually(main())
    assert isinstance(outcome, Done)
    assert took == 999.9


def test_waiting_for_a_session_and_opening_it_share_one_deadline() -> None:
    async def main() -> tuple[Outcome, float]:
        served = ssh_server(after(50), opens=lambda: asyncio.sleep(30))
        async with served as (target, _), SshConnector(target, NATIVE, connections=1, sessions=1) as connector:
            async with asyncio.TaskGroup() as group:
                group.create_task(connector.perform(Ping(), DEADLINES))
                await asyncio.sleep(0)
                second = group.create_task(timed(connector.perform(Ping(), DEADLINES)))
            return second.result()

    outcome, took = virtually(main())
    assert site_of(outcome) is Site.SSH_CHANNEL
    assert took == 100


def test_a_connection_that_turns_out_to_be_gone_does_not_renew_the_channel_deadline() -> None:
    opens = iter((0, 60, 60))

    async def main() -> tuple[Outcome, float]:
        served = ssh_server(opens=lambda: asyncio.sleep(next(opens)))
        async with served as (target, seen), SshConnector(target, NATIVE, connections=1) as connector:
            assert isinstance(await connector.perform(Ping(), DEADLINES), Done)
            asyncio.get_running_loop().call_later(50, seen.servers[0].connection.abort)
            return await timed(connector.perform(Ping(), DEADLINES))

    outcome, took = virtually(main())
    assert (site_of(outcome), took) == (Site.SSH_CHANNEL, 100)
