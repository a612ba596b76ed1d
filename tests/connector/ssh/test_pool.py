"""The pool: its bounds, its queue, and what it does with connections that are gone, full or stuck."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import asyncssh
import psutil
import pytest

from connector.codes import Code
from connector.operations import Ping, Show
from connector.outcomes import Done, Failed, Outcome, Unknown
from connector.protocol import Deadlines
from connector.sites import Site
from connector.ssh import SshConnector, open_pool
from connector.targets import Target
from connector.values import replace
from tests.connector.ssh.servers import AMPLE, NATIVE, ServerSession, answer, raw_server, ssh_server


async def all_of(connector: SshConnector, count: int, deadlines: Deadlines = AMPLE) -> list[Outcome]:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(connector.perform(Ping(), deadlines)) for _ in range(count)]
    return [task.result() for task in tasks]


async def until(condition: Callable[[], bool]) -> None:
    """Let the loop turn until it is so; the timeout of the test run bounds it."""
    while not condition():
        await asyncio.sleep(0)


def sockets() -> int:
    """How many this process has open."""
    return len(psutil.Process().net_connections())


class Held:
    """Commands that are answered when the test says so."""

    def __init__(self) -> None:
        self.sessions: list[ServerSession] = []

    def __call__(self, session: ServerSession) -> None:
        self.sessions.append(session)

    def answer_all(self) -> None:
        while self.sessions:
            answer(self.sessions.pop())


@asynccontextmanager
async def connected(target: Target, connections: int = 1, sessions: int = 1) -> AsyncIterator[SshConnector]:
    async with SshConnector(target, NATIVE, connections=connections, sessions=sessions) as connector:
        yield connector


async def test_one_connection_serves_many_commands_one_after_the_other() -> None:
    async with ssh_server() as (target, seen), connected(target) as connector:
        for _ in range(10):
            assert isinstance(await connector.perform(Ping(), AMPLE), Done)
        assert seen.connections == 1
        assert len(seen.commands) == 10


async def test_a_hundred_at_once_are_all_served_within_the_bounds() -> None:
    async with ssh_server() as (target, seen), connected(target, 2, 4) as connector:
        assert all(isinstance(outcome, Done) for outcome in await all_of(connector, 100))
        assert len(seen.commands) == 100
        assert (seen.most_connections, seen.connections) == (2, 2)
        assert 1 < seen.most_sessions <= 4


async def test_a_second_connection_is_opened_only_when_the_first_is_full() -> None:
    held = Held()
    async with ssh_server(held) as (target, seen), connected(target, 2, 2) as connector, asyncio.TaskGroup() as group:
        group.create_task(connector.perform(Ping(), AMPLE))
        await until(lambda: len(held.sessions) == 1)
        group.create_task(connector.perform(Ping(), AMPLE))
        await until(lambda: len(held.sessions) == 2)
        assert seen.connections == 1
        group.create_task(connector.perform(Ping(), AMPLE))
        await until(lambda: len(held.sessions) == 3)
        assert seen.connections == 2
        held.answer_all()


async def test_who_finds_no_free_session_in_time_is_told_that_nothing_was_sent() -> None:
    held = Held()
    async with ssh_server(held) as (target, seen), connected(target) as connector, asyncio.TaskGroup() as group:
        first = group.create_task(connector.perform(Ping(), AMPLE))
        await until(lambda: len(held.sessions) == 1)
        outcome = await connector.perform(Ping(), replace(AMPLE, channel=0.1))
        assert outcome == Failed(
            code=Code.TIMEOUT,
            site=Site.SSH_CHANNEL,
            message="no free session within 0.1 s: all 1 connections are busy",
        )
        assert len(seen.commands) == 1
        held.answer_all()
        assert isinstance(await first, Done)


async def test_those_who_wait_are_served_in_the_order_in_which_they_came() -> None:
    held = Held()
    async with ssh_server(held) as (target, seen), connected(target) as connector, asyncio.TaskGroup() as group:
        for number in range(5):
            group.create_task(connector.perform(Show(name=str(number)), AMPLE))
            await asyncio.sleep(0)
        for number in range(5):
            await until(lambda: len(held.sessions) == 1)
            assert seen.commands[number] == f"share show {number}"
            held.answer_all()


@pytest.mark.parametrize("turns", range(0, 60, 3))
async def test_a_call_cancelled_at_any_moment_leaves_every_place_free(turns: int) -> None:
    async with ssh_server() as (target, _), connected(target) as connector:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(connector.perform(Ping(), AMPLE)) for _ in range(3)]
            for _ in range(turns):
                await asyncio.sleep(0)
            for task in tasks:
                task.cancel()
        assert all(isinstance(outcome, Done) for outcome in await all_of(connector, 3))


async def test_a_call_cancelled_while_its_command_runs_gives_its_session_back() -> None:
    held = Held()
    async with ssh_server(held) as (target, seen), connected(target) as connector:
        async with asyncio.TaskGroup() as group:
            task = group.create_task(connector.perform(Ping(), AMPLE))
            await until(lambda: len(held.sessions) == 1)
            task.cancel()
        async with asyncio.TaskGroup() as group:
            group.create_task(connector.perform(Ping(), AMPLE))
            await until(lambda: len(held.sessions) == 2)
            answer(held.sessions[1])
        assert (seen.connections, seen.most_sessions) == (1, 1)


async def test_a_timed_out_command_gives_its_session_back_and_the_connection_is_used_again() -> None:
    held = Held()
    async with ssh_server(held) as (target, seen), connected(target) as connector:
        assert isinstance(await connector.perform(Ping(), replace(AMPLE, command=0.2)), Unknown)
        async with asyncio.TaskGroup() as group:
            group.create_task(connector.perform(Ping(), AMPLE))
            await until(lambda: len(held.sessions) == 2)
            answer(held.sessions[1])
        assert (seen.connections, seen.most_sessions) == (1, 1)


@pytest.mark.parametrize("politely", [True, False])
async def test_a_kept_connection_that_is_gone_is_replaced_without_a_trace(politely: bool) -> None:
    async with ssh_server() as (target, seen), connected(target) as connector:
        assert isinstance(await connector.perform(Ping(), AMPLE), Done)
        connection = seen.servers[0].connection
        connection.close() if politely else connection.abort()
        assert isinstance(await connector.perform(Ping(), AMPLE), Done)
        assert seen.connections == 2


async def test_all_kept_connections_may_be_gone_at_once() -> None:
    held = Held()
    async with ssh_server(held) as (target, seen), connected(target, 3, 1) as connector:
        for round_ in range(2):
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(connector.perform(Ping(), AMPLE)) for _ in range(3)]
                await until(lambda: len(held.sessions) == 3)
                held.answer_all()
            assert all(isinstance(task.result(), Done) for task in tasks), round_
            for server in seen.servers:
                server.connection.abort()
        assert seen.connections == 6


async def test_a_fresh_connection_that_ends_before_its_first_session_is_a_definite_refusal_and_not_tried_again() -> (
    None
):
    class Leaves(asyncssh.SSHServerSession[bytes]):
        def __init__(self, server: object) -> None:
            server.connection.abort()  # type: ignore[attr-defined]  # the test's own server

    async with ssh_server(session_class=Leaves) as (target, seen), connected(target) as connector:
        outcome = await connector.perform(Ping(), AMPLE)
        assert isinstance(outcome, Failed)
        assert (outcome.code, outcome.site) == (Code.REFUSED, Site.SSH_CHANNEL)
        assert seen.connections == 1


async def test_a_connection_on_which_no_session_opens_any_more_is_given_up() -> None:
    stuck = asyncio.Event()
    opened = 0

    async def once() -> None:
        nonlocal opened
        opened += 1
        if opened == 2:
            await stuck.wait()

    async with ssh_server(opens=once) as (target, seen), connected(target) as connector:
        assert isinstance(await connector.perform(Ping(), AMPLE), Done)
        late = await connector.perform(Ping(), replace(AMPLE, channel=0.2))
        assert isinstance(late, Failed)
        assert isinstance(await connector.perform(Ping(), AMPLE), Done)
        assert seen.connections == 2


async def test_a_session_that_the_other_side_never_closes_costs_the_connection_and_not_the_place() -> None:
    held = Held()
    async with ssh_server(held) as (target, seen), connected(target) as connector:
        deadlines = replace(AMPLE, channel=0.5, command=0.2)
        async with asyncio.TaskGroup() as group:
            task = group.create_task(connector.perform(Ping(), deadlines))
            await until(lambda: len(held.sessions) == 1)
            # The server reads nothing more, so it will not answer the close; asyncssh has no public way to say that.
            transport = seen.servers[0].connection._transport
            assert transport is not None
            transport.pause_reading()
        assert isinstance(task.result(), Unknown)
        async with asyncio.TaskGroup() as group:
            again = group.create_task(connector.perform(Ping(), AMPLE))
            await until(lambda: len(held.sessions) == 2)
            answer(held.sessions[1])
        assert isinstance(again.result(), Done)
        assert seen.connections == 2


async def test_where_a_server_still_counts_an_abandoned_session_a_new_connection_is_opened() -> None:
    held = Held()
    async with ssh_server(held, most_sessions=1) as (target, seen), connected(target) as connector:
        assert isinstance(await connector.perform(Ping(), replace(AMPLE, command=0.2)), Unknown)
        async with asyncio.TaskGroup() as group:
            again = group.create_task(connector.perform(Ping(), AMPLE))
            await until(lambda: len(held.sessions) == 2)
            answer(held.sessions[1])
        assert isinstance(again.result(), Done)
        assert seen.connections == 2


async def test_those_who_wait_for_a_connection_that_fails_to_open_each_try_for_themselves() -> None:
    tries = 0

    async def closes(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal tries
        tries += 1
        await reader.readline()

    async with raw_server(closes) as target, connected(target) as connector:
        outcomes = await all_of(connector, 5)
        assert all(isinstance(outcome, Failed) and outcome.site is Site.SSH_BANNER for outcome in outcomes)
        assert tries == 5


async def test_who_is_cancelled_with_the_right_to_open_a_connection_in_hand_passes_it_on() -> None:
    async def closes(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()

    async with raw_server(closes) as target, connected(target) as connector, asyncio.TaskGroup() as group:

        async def first() -> None:
            # The failure hands the right on to the second, which is cancelled before it runs again.
            await connector.perform(Ping(), AMPLE)
            second.cancel()

        group.create_task(first())
        await asyncio.sleep(0)
        second = group.create_task(connector.perform(Ping(), AMPLE))
        third = group.create_task(connector.perform(Ping(), AMPLE))
        assert isinstance(await third, Failed)
        assert second.cancelled()


async def test_closing_ends_the_commands_under_way_and_those_who_wait() -> None:
    held = Held()
    async with ssh_server(held) as (target, _), asyncio.TaskGroup() as group:
        async with connected(target) as connector:
            running = group.create_task(connector.perform(Ping(), AMPLE))
            await until(lambda: len(held.sessions) == 1)
            waiting = group.create_task(connector.perform(Ping(), AMPLE))
            await asyncio.sleep(0)
        assert isinstance(await running, Unknown)
        assert await waiting == Failed(code=Code.REFUSED, site=Site.SSH_CHANNEL, message="the connector is closed")
        assert await connector.perform(Ping(), AMPLE) == await waiting


async def test_closing_while_a_connection_is_being_opened_leaves_none_behind() -> None:
    entered = asyncio.Event()
    async with ssh_server(auth=entered.wait) as (target, seen), asyncio.TaskGroup() as group:
        async with connected(target) as connector:
            opening = group.create_task(connector.perform(Ping(), AMPLE))
            await until(lambda: seen.connections == 1)
        entered.set()
        assert isinstance(await opening, Failed)
        await until(lambda: seen.open_connections == 0)


async def test_closing_leaves_no_task_and_no_socket() -> None:
    async with ssh_server() as (target, seen):
        before = sockets()
        async with connected(target, 4, 2) as connector:
            await all_of(connector, 20)
            assert sockets() > before
        await until(lambda: seen.open_connections == 0 and sockets() == before)
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_login_that_times_out_or_is_cancelled_ends_its_connection() -> None:
    greeted, ended = asyncio.Queue[bool](), asyncio.Queue[bool]()

    async def stalls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        greeted.put_nowait(bool(await reader.readline()))
        ended.put_nowait(await reader.read() == b"")

    async with raw_server(stalls) as target, connected(target) as connector:
        await connector.perform(Ping(), replace(AMPLE, login=0.1))
        assert await greeted.get()
        assert await ended.get()
        async with asyncio.TaskGroup() as group:
            task = group.create_task(connector.perform(Ping(), AMPLE))
            assert await greeted.get()
            task.cancel()
        assert await ended.get()


async def test_a_failed_login_leaves_no_task_and_no_socket() -> None:
    async with ssh_server(auth=True) as (target, seen), connected(target) as connector:
        before = sockets()
        await all_of(connector, 5)
        await until(lambda: seen.open_connections == 0 and sockets() == before)


async def test_a_pool_has_a_connector_per_target_with_the_dialect_that_the_target_names() -> None:
    async with ssh_server() as (target, _):
        south = replace(target, name="south", dialect="filer")
        async with open_pool([target, south]) as connectors:
            assert list(connectors) == ["north", "south"]
            assert isinstance(await connectors["north"].perform(Ping(), AMPLE), Done)
            assert isinstance(await connectors["south"].perform(Ping(), AMPLE), Unknown)


async def test_ciphers_of_little_cost_are_chosen() -> None:
    async with ssh_server() as (target, seen), connected(target) as connector:
        await connector.perform(Ping(), AMPLE)
        assert seen.ciphers == ["aes128-gcm@openssh.com"]
