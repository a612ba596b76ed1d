"""The relays of a run stand where its rules need them; toxics come and go on schedule, and what affected is told."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any

import pytest

from connector.sites import Site
from fake_clusters.rules.rule import Window
from harness.nemesis.nemesis import NemesisLog
from harness.nemesis.switches import Switches
from harness.toxics.down import DOWN
from harness.toxics.latency import LATENCY
from harness.toxics.links import covers, link_names, whose
from harness.toxics.partition import PARTITION
from harness.toxics.relays import Relays, no_relays, relayed
from harness.toxics.rule import ToxicRule, toxic_of
from harness.toxics.toxic import Direction, LinkSelector, ToxicKind
from reports.history import Injection
from tests.harness.toxics.worlds import World, pair, run


def rule(kind: ToxicKind, link: str = "processor-north", *, label: str = "", **options: Any) -> ToxicRule:
    parameters = kind.parameters(**options.pop("parameters", {}))
    window = Window(**{key: options.pop(key) for key in ("begins", "ends") if key in options})
    selector = LinkSelector(link=link, **options)
    return ToxicRule(label=label or kind.name, kind=kind, parameters=parameters, selector=selector, window=window)


def test_the_links_of_a_pipeline_have_names() -> None:
    assert link_names(["north"]) == ["client-gateway", "gateway-api", "processor-north"]
    assert covers("processor-*", "processor-north")
    assert not covers("processor-*", "gateway-api")
    assert not covers("processor-north", "processor-northeast")
    assert [whose(link) for link in link_names(["north"])] == ["client-gateway", "gateway-api", "north"]


def test_only_links_that_a_rule_names_have_a_relay(world: World) -> None:
    async def main() -> tuple[list[str], str, str]:
        async with pair() as both, relayed([rule(LATENCY)], seed=1) as relays:
            address = both.relay.host, both.relay.port
            assert await relays.through("processor-south", *address) == address
            assert await relays.through("processor-north", *address) != address
            url = f"http://{address[0]}:{address[1]}/v1?x=1"
            assert await relays.through_url("gateway-api", url) == url
            through = await relays.through_url("processor-north", url)
            return list(relays.links), url, through

    links, url, through = run(world, main)
    assert links == ["processor-north"]
    assert through.endswith("/v1?x=1")
    assert through != url


class _Run:
    """A relayed link from a client to a server that echoes, and the switches on it."""

    def __init__(self, relays: Relays) -> None:
        loop = asyncio.get_running_loop()
        zero = loop.time()
        self.relays = relays
        self.now = lambda: loop.time() - zero
        self.nemesis_log = NemesisLog(self.now)
        self.switches = Switches(relays.links, self.nemesis_log, self.now)

    def toxics(self) -> list[str]:
        return [toxic.name for relay in self.relays.links.values() for toxic in relay.toxics]

    def story(self) -> list[tuple[float, str, str, str]]:
        return [(row.at, row.action, row.target, row.detail) for row in self.nemesis_log.actions]


async def _opened(stack: AsyncExitStack, rules: Sequence[ToxicRule]) -> _Run:
    both = await stack.enter_async_context(pair())
    relays = await stack.enter_async_context(relayed(rules, seed=1))
    await relays.through("processor-north", both.relay.host, both.relay.port)
    return _Run(relays)


def test_toxics_come_and_go_at_their_instants_in_the_order_of_the_rules() -> None:
    rules = [
        rule(LATENCY, label="whole"),
        rule(LATENCY, label="late", begins=2.0, ends=4.0),
        rule(LATENCY, label="after", begins=4.0, ends=5.0),
        rule(LATENCY, label="elsewhere", link="gateway-api", begins=1.0),
    ]

    async def main() -> tuple[list[list[str]], list[tuple[float, str, str, str]]]:
        async with AsyncExitStack() as stack, asyncio.TaskGroup() as group:
            run_ = await _opened(stack, rules)
            switching = group.create_task(run_.switches.disturb(rules))
            seen = []
            for _ in range(6):
                await asyncio.sleep(0.5)
                seen.append(run_.toxics())
                await asyncio.sleep(0.5)
            run_.switches.heal()
            await switching
            seen.append(run_.toxics())
            return seen, run_.story()

    seen, story = run(World.VIRTUAL, main)
    assert seen == [["whole"], ["whole"], ["whole", "late"], ["whole", "late"], ["whole", "after"], ["whole"], []]
    assert story == [
        (0.0, "toxic-on", "processor-north", "whole"),
        (2.0, "toxic-on", "processor-north", "late"),
        (4.0, "toxic-off", "processor-north", "late"),
        (4.0, "toxic-on", "processor-north", "after"),
        (5.0, "toxic-off", "processor-north", "after"),
        (6.0, "toxic-off", "processor-north", "whole"),
    ]


def test_healing_takes_all_away_and_lets_nothing_more_come(world: World) -> None:
    rules = [rule(DOWN), rule(LATENCY, begins=500.0)]

    async def main() -> tuple[list[str], list[str]]:
        async with AsyncExitStack() as stack, asyncio.TaskGroup() as group:
            run_ = await _opened(stack, rules)
            switching = group.create_task(run_.switches.disturb(rules))
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            before = run_.toxics()
            run_.switches.heal()
            await switching
            return before, run_.toxics()

    assert run(world, main) == (["down"], [])


def test_what_affected_is_told_once_a_connection_with_its_cluster_and_instant() -> None:
    rules = [
        rule(LATENCY, direction=Direction.UP, label="slow"),
        rule(DOWN, begins=3.0, ends=3.5),
        rule(PARTITION, begins=3.75),
    ]

    async def main() -> list[Injection]:
        async with AsyncExitStack() as stack, asyncio.TaskGroup() as group:
            run_ = await _opened(stack, rules)
            switching = group.create_task(run_.switches.disturb(rules))
            await asyncio.sleep(1.0)
            (relay,) = run_.relays.links.values()
            _, writer = await asyncio.open_connection(relay.host, relay.port)
            writer.write(b"x")
            await asyncio.sleep(3.0)
            writer.transport.abort()
            run_.switches.heal()
            await switching
            return run_.relays.injections(run_.now)

    rows = run(World.VIRTUAL, main)
    assert [(row.label, row.fault, row.attempt) for row in rows] == [
        ("slow", "latency", 1),
        ("down", "down", None),
        ("down", "down", 1),
        ("partition", "partition", None),
    ]
    assert [row.at for row in rows] == [1.0, 3.0, 3.0, 3.75]
    assert {(row.cluster, row.site) for row in rows} == {("north", Site.SSH_CONNECT)}


async def test_a_world_without_relays_connects_straight() -> None:
    relays = no_relays()
    assert await relays.through_url("client-gateway", "http://127.0.0.1:8/") == "http://127.0.0.1:8/"
    assert relays.injections(lambda: 0.0) == []


@pytest.mark.parametrize("link", ["client-gateway", "gateway-api"])
def test_each_link_has_a_site_of_its_own(link: str) -> None:
    async def main() -> set[tuple[str, Site]]:
        async with pair() as both, relayed([rule(DOWN, link)], seed=1) as relays:
            await relays.through(link, both.relay.host, both.relay.port)
            relays.links[link].add(toxic_of(rule(DOWN, link)))
            return {(row.cluster, row.site) for row in relays.injections(lambda: 0.0)}

    ((cluster, site),) = run(World.VIRTUAL, main)
    assert cluster == link
    assert site is (Site.GATEWAY_REQUEST if link == "client-gateway" else Site.GATEWAY_REPLY)
