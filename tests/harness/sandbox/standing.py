"""A sandbox on the virtual loop and a client of its page, in memory: what the page shows and does takes no time."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import httpx

from harness.sandbox.app import sandbox_app
from harness.sandbox.guard import PageGuard
from harness.sandbox.live_verdict import LiveJudge
from harness.sandbox.sandbox import Sandbox, opened_on, undisturbed
from harness.sandbox.serving import SandboxRequests
from harness.sandbox.session import Session
from harness.scenario.parse import parse_scenario, read_scenario
from harness.scenario.scenario import Scenario
from harness.virtual.hosted.loop import HostingLoop
from harness.virtual.loop import VirtualLoop, run_virtually
from harness.virtual.network import Network
from harness.virtual.world import VirtualConfig, open_virtual_world

__all__ = ["CLUSTERS", "HOST", "TOKEN", "hosted_in_sandbox", "in_sandbox"]

HOST = "127.0.0.1:4000"
TOKEN = "t0ken"
CLUSTERS = '[clusters.north]\nprofile.base = "steady"\n[clusters.south]\nprofile.base = "lan"\n'
T = TypeVar("T")


def in_sandbox(
    folder: Path, test: Callable[[Sandbox, httpx.AsyncClient], Awaitable[T]], *, text: str = "", title: str = "A box"
) -> T:
    """What `test` gives, with the sandbox and a client that bears the token. text: more of the scenario."""
    given = f'title = "{title}"\n[workload]\nrate = 2.0\nduration = "10m"\n{CLUSTERS}{text}'
    return _in(folder, parse_scenario(given, "box.toml"), test, VirtualLoop)


def hosted_in_sandbox(folder: Path, test: Callable[[Sandbox, httpx.AsyncClient], Awaitable[T]], *, scenario: Path) -> T:
    """The same for a scenario whose service is of kind `python`."""
    return _in(folder, read_scenario(scenario), test, HostingLoop)


def _in(
    folder: Path,
    scenario: Scenario,
    test: Callable[[Sandbox, httpx.AsyncClient], Awaitable[T]],
    loop: type[VirtualLoop],
) -> T:
    async def run() -> T:
        async with open_virtual_world(undisturbed(scenario), seed=1, config=VirtualConfig(http=True)) as world:
            with Session(folder / "session.jsonl", scenario.name) as session:
                async with opened_on(world, scenario, session, world.entry) as sandbox:
                    requests = SandboxRequests(asyncio.Event(), asyncio.Event())
                    judge = LiveJudge(sandbox, sandbox.changed.set)
                    app = PageGuard(sandbox_app(sandbox, judge, requests, folder), token=TOKEN, host="127.0.0.1")
                    async with httpx.AsyncClient(
                        transport=httpx.ASGITransport(app=app),
                        base_url=f"http://{HOST}",
                        headers={"Authorization": f"Bearer {TOKEN}"},
                    ) as client:
                        return await test(sandbox, client)

    return run_virtually(run(), net=Network(), make=loop)
