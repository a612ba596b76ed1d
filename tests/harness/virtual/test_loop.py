"""The virtual loop jumps, keeps the order of equal timers, runs unmodified libraries, and names who is stuck."""

import asyncio
import gc
import sqlite3
from collections.abc import Coroutine
from functools import partial
from typing import Any, TypeVar

import asyncssh
import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from harness.virtual.errors import Deadlock, Livelock, RunHalted
from harness.virtual.hosts import Host
from harness.virtual.loop import VirtualLoop, run_virtually
from harness.virtual.network import Network

T = TypeVar("T")


def run(main: Coroutine[Any, Any, T], net: Network | None = None) -> T:
    with asyncio.Runner(loop_factory=lambda: VirtualLoop(net or Network())) as runner:
        return runner.run(main)


def test_a_day_passes_in_no_time() -> None:
    async def main() -> float:
        await asyncio.sleep(86_400)
        return asyncio.get_running_loop().time()

    assert run(main()) == 86_400


def test_timers_with_one_deadline_fire_in_the_order_in_which_they_were_set() -> None:
    async def main() -> list[int]:
        fired: list[int] = []
        loop = asyncio.get_running_loop()
        for number in range(100):
            loop.call_at(1.0, fired.append, number)
        await asyncio.sleep(2)
        return fired

    assert run(main()) == list(range(100))


def test_a_task_group_cancels_its_tasks_in_the_order_in_which_they_began() -> None:
    async def main() -> list[int]:
        ended: list[int] = []

        async def wait(number: int) -> None:
            try:
                await asyncio.sleep(10)
            finally:
                ended.append(number)

        async def fail() -> None:
            await asyncio.sleep(1)
            raise ZeroDivisionError

        async def crowd() -> None:
            async with asyncio.TaskGroup() as group:
                for number in range(200):
                    group.create_task(wait(number))
                group.create_task(fail())

        with pytest.raises(ExceptionGroup):
            await crowd()
        return ended

    assert run(main()) == list(range(200))


def test_a_callback_that_raises_is_told_of_and_the_loop_goes_on() -> None:
    told: list[str] = []

    async def main() -> float:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: told.append(f"{context['message']}: {context['exception']!r}"))
        loop.call_soon(int, "no number")
        loop.call_later(1.0, int, "nor this")
        await asyncio.sleep(2.0)
        return loop.time()

    assert run(main()) == 2.0
    assert len(told) == 2
    assert all("Exception in callback" in line and "ValueError" in line for line in told)


def test_a_cancelled_callback_does_not_run_and_lets_go_of_what_it_held() -> None:
    async def main() -> list[str]:
        loop = asyncio.get_running_loop()
        ran: list[str] = []
        soon, later = loop.call_soon(ran.append, "soon"), loop.call_later(1.0, ran.append, "later")
        assert later.when() == 1.0
        soon.cancel()
        later.cancel()
        assert soon.cancelled()
        assert later.cancelled()
        assert not [held for held in gc.get_referrers(ran) if isinstance(held, tuple)]
        await asyncio.sleep(2.0)
        return ran

    assert run(main()) == []


def test_a_stuck_run_names_who_waits_and_where() -> None:
    async def waits_for_ever() -> None:
        await asyncio.Event().wait()

    async def main() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(waits_for_ever(), name="the hopeful one")

    with pytest.raises(Deadlock, match=r"the hopeful one: .*waits_for_ever") as stuck:
        run(main())
    assert stuck.value.at == 0.0


async def _spin(seconds: float) -> None:
    while True:
        await asyncio.sleep(seconds)


@pytest.mark.parametrize("seconds", [0.0, 1e-9], ids=["at one instant", "at instants that hardly differ"])
def test_a_run_whose_clock_does_not_advance_ends_and_names_the_busiest_tasks(seconds: float) -> None:
    async def main() -> None:
        await asyncio.sleep(5)
        async with asyncio.TaskGroup() as group:
            group.create_task(_spin(seconds))
            group.create_task(asyncio.sleep(1))

    with pytest.raises(Livelock, match=r"livelock at 5 s .* in 500 turns .* busiest: harness: _spin, line") as found:
        run_virtually(main(), make=partial(VirtualLoop, turns=500))
    (busiest,) = found.value.busiest
    assert "main" not in busiest


def test_many_turns_at_each_of_many_instants_are_no_livelock() -> None:
    async def main() -> float:
        for _ in range(30):
            await asyncio.sleep(0.01)
            for _ in range(400):
                await asyncio.sleep(0)
        return asyncio.get_running_loop().time()

    assert run_virtually(main(), make=partial(VirtualLoop, turns=500)) == pytest.approx(0.3)


def test_what_a_livelock_leaves_is_closed_without_another_turn() -> None:
    closed: list[str] = []

    async def clings() -> None:
        while True:
            try:
                await _spin(0)
            except asyncio.CancelledError:
                closed.append("asked to end")
            finally:
                closed.append("closed")

    with pytest.raises(Livelock):
        run_virtually(clings(), make=partial(VirtualLoop, turns=500))
    assert closed == ["closed"]


def test_a_busy_run_ends_when_it_is_halted() -> None:
    asked: list[bool] = []

    def halted() -> bool:
        asked.append(len(asked) == 3)
        return asked[-1]

    with pytest.raises(RunHalted, match="halted at 0 s of virtual time"):
        run_virtually(_spin(0), make=partial(VirtualLoop, halted=halted))
    assert asked == [False, False, False, True]


def test_executor_jobs_run_inline_and_their_errors_reach_the_caller() -> None:
    async def main() -> int:
        database = sqlite3.connect(":memory:")
        with pytest.raises(sqlite3.OperationalError, match="no such table"):
            await asyncio.to_thread(database.execute, "select * from nowhere")
        (row,) = await asyncio.to_thread(lambda: database.execute("select 42").fetchall())
        database.close()
        return int(row[0])

    assert run(main()) == 42


class _Server(asyncssh.SSHServer):
    def begin_auth(self, username: str) -> bool:
        return False


async def _greet(process: asyncssh.SSHServerProcess[str]) -> None:
    await asyncio.sleep(30)
    process.stdout.write(f"hello {process.command}\n")
    process.exit(3)


async def _listen(key: asyncssh.SSHKey) -> asyncssh.SSHAcceptor:
    return await asyncssh.listen("", 22, server_factory=_Server, server_host_keys=[key], process_factory=_greet)


async def _ssh_session() -> tuple[Any, Any, float]:
    key = asyncssh.generate_private_key("ssh-ed25519")
    server = Host("server")
    listening = await server.spawn(_listen(key), name="listen")
    async with asyncssh.connect(
        "server", 22, known_hosts=None, username="x", config=[], agent_path=None, client_keys=[]
    ) as connection:
        results = [await connection.run(f"call {number}") for number in range(3)]
    listening.close()
    return results[-1].stdout, results[-1].exit_status, asyncio.get_running_loop().time()


def test_unmodified_asyncssh_talks_to_itself_over_the_network() -> None:
    stdout, status, ended = run(_ssh_session(), Network(latency=0.05))
    assert (stdout, status) == ("hello call 2\n", 3)
    assert 90 < ended < 95


def test_the_same_ssh_session_takes_the_same_virtual_time_every_time() -> None:
    assert len({run(_ssh_session(), Network(latency=0.05))[2] for _ in range(3)}) == 1


async def _http_session() -> tuple[int, str, float]:
    async def slow(request: Request) -> PlainTextResponse:
        await asyncio.sleep(60)
        return PlainTextResponse("done")

    app = Starlette(routes=[Route("/slow", slow)])
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=80, lifespan="off", log_config=None))
    web = Host("web")
    serving = web.spawn(server._serve(None), name="serve")
    while not server.started:
        await asyncio.sleep(0.1)
    async with httpx.AsyncClient(timeout=100) as client:
        answer = await client.get("http://web:80/slow")
    server.should_exit = True
    await serving
    return answer.status_code, answer.text, asyncio.get_running_loop().time()


def test_unmodified_uvicorn_and_httpx_talk_over_the_network() -> None:
    status, text, ended = run(_http_session())
    assert (status, text) == (200, "done")
    assert ended >= 60
