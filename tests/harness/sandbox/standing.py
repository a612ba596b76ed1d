"""A sandbox on the virtual loop and a client of its page, in memory: what the page shows and does takes no time."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import TypeVar

import httpx
from pydantic import TypeAdapter

from connector.values import replace
from fake_clusters.rules.rule import Window
from harness.sandbox.app import sandbox_app
from harness.sandbox.guard import PageGuard
from harness.sandbox.live_verdict import LiveJudge, judged
from harness.sandbox.opening import opened_on, undisturbed
from harness.sandbox.sandbox import Sandbox
from harness.sandbox.serving import SandboxRequests
from harness.sandbox.session import Session
from harness.scenario.parse import parse_scenario, read_scenario
from harness.scenario.scenario import Scenario
from harness.toxics.config import AnyToxicRule, ToxicRuleTable
from harness.toxics.links import CLIENT_GATEWAY, link_names
from harness.toxics.rule import ToxicRule
from harness.virtual.hosted.loop import HostingLoop
from harness.virtual.loop import VirtualLoop, run_virtually
from harness.virtual.network import Network
from harness.virtual.world import VirtualConfig, open_virtual_world

__all__ = ["CLUSTERS", "HOST", "TOKEN", "hosted_in_sandbox", "in_sandbox"]

HOST = "127.0.0.1:4000"
TOKEN = "t0ken"
CLUSTERS = '[clusters.north]\nprofile.base = "steady"\n[clusters.south]\nprofile.base = "lan"\n'
_TURNS = 50_000
_CALLED = VirtualConfig()
T = TypeVar("T")


def in_sandbox(
    folder: Path,
    test: Callable[[Sandbox, httpx.AsyncClient], Awaitable[T]],
    *,
    text: str = "",
    title: str = "A box",
    config: VirtualConfig = _CALLED,
    links: bool = False,
    judging: bool = False,
) -> T:
    """What `test` gives, with the sandbox and a client that bears the token.

    text: more of the scenario. links: whether toxics can be put on them, which takes real bytes. judging: whether the
    judge goes on beside it.
    """
    given = f'title = "{title}"\n[workload]\nrate = 2.0\nduration = "10m"\n{CLUSTERS}{text}'
    scenario = parse_scenario(given, "box.toml")
    return _in(folder, scenario, test, VirtualLoop, config=config, links=links, judging=judging)


def hosted_in_sandbox(folder: Path, test: Callable[[Sandbox, httpx.AsyncClient], Awaitable[T]], *, scenario: Path) -> T:
    """The same for a scenario whose service is of kind `python`."""
    return _in(folder, read_scenario(scenario), test, HostingLoop)


def _in(
    folder: Path,
    scenario: Scenario,
    test: Callable[[Sandbox, httpx.AsyncClient], Awaitable[T]],
    loop: type[VirtualLoop],
    *,
    config: VirtualConfig = _CALLED,
    links: bool = False,
    judging: bool = False,
) -> T:
    standing = undisturbed(scenario)
    stands = replace(standing, toxics=_never(standing)) if links else standing

    async def run() -> T:
        async with open_virtual_world(stands, seed=1, config=config) as world:
            with Session(folder / "session.jsonl", scenario.name) as session:
                entry = await world.relays.through_url(CLIENT_GATEWAY, world.entry)
                async with (
                    opened_on(world, scenario, session, entry) as sandbox,
                    judged(sandbox) if judging else nullcontext(LiveJudge(sandbox, sandbox.changed.set)) as judge,
                ):
                    requests = SandboxRequests(asyncio.Event(), asyncio.Event())
                    app = PageGuard(sandbox_app(sandbox, judge, requests, folder), token=TOKEN, host="127.0.0.1")
                    async with httpx.AsyncClient(
                        transport=httpx.ASGITransport(app=app),
                        base_url=f"http://{HOST}",
                        headers={"Authorization": f"Bearer {TOKEN}"},
                    ) as client:
                        return await test(sandbox, client)

    return run_virtually(run(), net=Network(), make=partial(loop, turns=_TURNS))


def _never(scenario: Scenario) -> tuple[ToxicRule, ...]:
    """Toxics that never come, so that each link has a relay as it has in a sandbox that is served."""
    links = link_names(cluster.name for cluster in scenario.clusters)
    read: TypeAdapter[ToxicRuleTable] = TypeAdapter(AnyToxicRule)
    rules = [read.validate_python({"kind": "timeout", "link": link}).rule() for link in links]
    return tuple(replace(rule, label=f"never {number}", window=Window(begins=1e8)) for number, rule in enumerate(rules))
