"""A request is the server's work, from when the server begins it."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from harness.virtual.exchange import Exchange
from harness.virtual.hosts import NOWHERE, Host
from harness.virtual.loop import run_virtually, running_loop


def test_what_a_killed_host_had_not_begun_is_never_made() -> None:
    made: list[str] = []

    def work() -> Coroutine[Any, Any, None]:
        made.append("work")
        return asyncio.sleep(0)

    async def ask(*, kill: bool) -> None:
        server = Host("api")
        exchange = Exchange[str](running_loop(), client=NOWHERE, server=server, delay=0.0)
        exchange.begin(work, over=lambda _: None)
        if kill:
            server.kill()
            running_loop().detach(server)
        await asyncio.sleep(1)
        running_loop().close_all()

    run_virtually(ask(kill=True))
    assert made == []
    run_virtually(ask(kill=False))
    assert made == ["work"]


def test_work_without_a_task_gets_one_where_its_host_dies_or_ends_as_it_waits() -> None:
    ended: list[str] = []

    async def work() -> None:
        try:
            await asyncio.sleep(1)
        finally:
            ended.append("work")

    async def ask(*, how: str) -> None:
        server = Host("api")
        exchange = Exchange[str](running_loop(), client=NOWHERE, server=server, delay=0.0)
        exchange.begin(work, over=lambda _: None, at_once=lambda: True)
        if how == "killed":
            server.kill()
            exchange.rest()
            running_loop().detach(server)
            await asyncio.sleep(2)
            assert ended == [], "nothing of a dead host runs"
            running_loop().close_all()
            assert ended == ["work"], "until all is told"
        elif how == "ends":
            task = exchange.rest()
            assert task is not None
            task.cancel()
            await asyncio.wait([task])
        else:
            await asyncio.sleep(2)

    for how in ("killed", "ends", "goes on"):
        ended.clear()
        run_virtually(ask(how=how))
        assert ended == ["work"], how
