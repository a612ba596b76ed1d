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
        Exchange[str](client=NOWHERE, server=server, delay=0.0).begin(work, over=lambda _: None)
        if kill:
            server.kill()
            running_loop().detach(server)
        await asyncio.sleep(1)
        running_loop().close_all()

    run_virtually(ask(kill=True))
    assert made == []
    run_virtually(ask(kill=False))
    assert made == ["work"]
