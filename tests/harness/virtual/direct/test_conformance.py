"""The direct connector and the SSH connector before the same cluster: their callers cannot tell them apart."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from connector.codes import Code
from connector.dialects import DIALECTS, load_dialect
from connector.operations import (
    Capabilities,
    Create,
    CreateSnapshot,
    Delete,
    List,
    Ping,
    Request,
    Resize,
    Show,
    Stamp,
    Verb,
)
from connector.outcomes import Done, Outcome
from connector.protocol import Connector, Deadlines
from connector.sites import Site
from fake_clusters.cluster import FakeCluster
from fake_clusters.effects import ClusterEffect
from fake_clusters.farm import Farm
from fake_clusters.faults import FAULTS
from fake_clusters.faults.rule import FaultRule
from fake_clusters.plans import CommandPlan, ConnectionPlan
from fake_clusters.profile import Constant, LoginPhase, Profile
from fake_clusters.spec import Algorithms, ClusterLimits, ClusterSpec, LoginSpec
from harness.virtual.direct.transport import DirectSsh
from harness.virtual.hosts import Host
from harness.virtual.loop import VirtualLoop
from harness.virtual.network import Network
from harness.virtual.ssh.transport import MemorySsh
from harness.virtual.transports import SshTransport
from tests.harness.live.scenes import fault
from tests.shell_dialects import PERSONALITIES, with_shell

DEADLINES = Deadlines(connect=1.0, login=2.0, channel=1.0, command=3.0)
ROADS: dict[str, Callable[[Network], SshTransport]] = {
    "direct": lambda net: DirectSsh(net.partitions, seed=1),
    "ssh": lambda net: MemorySsh(net, seed=1),
}

Told = tuple[str, str | None, str | None, object]


@dataclass(frozen=True, kw_only=True)
class Cut:
    """A partition between two instants."""

    at: float
    until: float
    source: str = "client"
    target: str = "north"
    one_way: bool = False


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What callers and the cluster saw of one run: outcomes in the order of the calls, and when each ended; effects."""

    outcomes: list[Told]
    effects: list[tuple[str, str, float, bool]]
    ended: list[float]
    injections: int
    sessions: int


PARAMETERS: dict[str, dict[str, Any]] = {"slow_service": {"factor": 20.0}}
"""Where the defaults leave everything as it was."""


def chosen(kind: str, **conditions: Any) -> FaultRule:
    return fault(kind, parameters=PARAMETERS.get(kind), **conditions)


def create(name: str, attempt: int = 1) -> Create:
    return Create(name=name, size=1 << 30, stamp=Stamp(request_id=f"{name}.{attempt}"), mark="spool/x")


def story(name: str) -> list[Request]:
    """The life of a share as a processor would have it, one command after the other."""
    return [
        Capabilities(),
        create(name),
        Show(name=name),
        create(name),
        create(name, 2),
        Resize(name=name, size=2 << 30, stamp=Stamp(request_id=f"{name}.3")),
        CreateSnapshot(name=name, snapshot="s1", stamp=Stamp(request_id=f"{name}.4")),
        List(),
        Delete(name=name, stamp=Stamp(request_id=f"{name}.5"), mark="spool/x"),
        Delete(name="nobody", stamp=Stamp(request_id="nobody.1")),
        Ping(),
    ]


def tell(outcome: Outcome) -> Told:
    if isinstance(outcome, Done):
        return ("Done", None, None, outcome.reply)
    return (type(outcome).__name__, outcome.code, outcome.site, None)


async def _play(road: SshTransport, spec: ClusterSpec, rules: Sequence[FaultRule], callers: int) -> Seen:
    loop = asyncio.get_running_loop()
    outcomes: dict[tuple[int, int], Told] = {}
    ended: dict[tuple[int, int], float] = {}

    async def call(connector: Connector, caller: int) -> None:
        await asyncio.sleep(0.0017 * caller)
        for number, request in enumerate(story(f"share-{caller}")):
            outcomes[caller, number] = tell(await connector.perform(request, DEADLINES))
            ended[caller, number] = round(loop.time(), 6)
            # A step of its own for each, and no sum of two is one of two others: which of two things at one instant
            # comes first is nobody's promise.
            await asyncio.sleep(0.05 + 0.0013 * caller**2)

    async def work(farm: Farm) -> None:
        async with (
            road.open_connectors(farm.targets(), connections=2, sessions=3) as connectors,
            asyncio.TaskGroup() as group,
        ):
            for caller in range(callers):
                group.create_task(call(connectors["north"], caller))

    async with Farm([spec], rules, keys=Path("keys"), seed=5, fronts=road.open_front) as farm:
        await Host("client").spawn(work(farm), name="calls")
        await asyncio.sleep(60)
        return _seen(farm.cluster("north"), outcomes, ended)


def _seen(cluster: FakeCluster, outcomes: dict[tuple[int, int], Told], ended: dict[tuple[int, int], float]) -> Seen:
    return Seen(
        outcomes=[outcomes[key] for key in sorted(outcomes)],
        effects=sorted((_effect(row) for row in cluster.effects()), key=lambda effect: effect[2:0:-1]),
        ended=[ended[key] for key in sorted(ended)],
        injections=cluster.counters()["injections"],
        sessions=cluster.counters()["sessions"],
    )


def _effect(row: ClusterEffect) -> tuple[str, str, float, bool]:
    return (row.kind, row.name, round(row.at, 6), row.late)


def play(road: str, rules: Sequence[FaultRule] = (), *, callers: int = 1, cut: Cut | None = None, **spec: Any) -> Seen:
    net = Network()
    profile = Profile(name="test", default=Constant(0.2))
    cluster = ClusterSpec(**{"name": "north", "profile": profile, **spec})
    with asyncio.Runner(loop_factory=lambda: VirtualLoop(net)) as runner:
        if cut is not None:
            begin = partial(net.partition, [cut.source], [cut.target], one_way=cut.one_way)
            if cut.at > 0:
                runner.get_loop().call_at(cut.at, begin)
            else:
                begin()
            runner.get_loop().call_at(cut.until, net.heal)
        return runner.run(_play(ROADS[road](net), cluster, rules, callers))


def same(rules: Sequence[FaultRule] = (), **options: Any) -> Seen:
    """What both saw, which is the same."""
    direct, ssh = play("direct", rules, **options), play("ssh", rules, **options)
    assert direct.outcomes == ssh.outcomes
    assert direct.effects == ssh.effects
    assert direct.ended == ssh.ended
    assert direct.injections == ssh.injections
    assert direct.sessions == ssh.sessions == 0
    return direct


@pytest.mark.parametrize("dialect", DIALECTS)
def test_an_undisturbed_story_is_the_same(dialect: str) -> None:
    assert len(same(dialect=dialect).effects) >= 3
    assert len(same(dialect=dialect, callers=3).effects) >= 9


def test_what_every_word_tells_is_not_spelled() -> None:
    """That costs time, and what is spelled is what every word does not tell."""
    assert [name for name in DIALECTS if load_dialect(name).tells_all] == ["native", "filer"]


FAMILIES = [name for name in DIALECTS if not load_dialect(name).tells_all]
TELLING = ("partial_effect", "name_taken", "truncated")
"""Faults that leave half a share, somebody else's, or half a reply."""


@pytest.mark.parametrize("dialect", FAMILIES)
@pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=[] if kind in TELLING else pytest.mark.soak) for kind in FAULTS]
)
def test_commands_of_several_parts_and_replies_that_tell_little_fail_alike(kind: str, dialect: str) -> None:
    assert same([chosen(kind)], dialect=dialect).injections > 0
    same([chosen(kind, every=2)], dialect=dialect)


@pytest.mark.parametrize("dialect", ["native", "filer"])
@pytest.mark.parametrize("kind", FAULTS)
def test_every_fault_has_the_same_outcomes_each_time(kind: str, dialect: str) -> None:
    assert same([chosen(kind)], dialect=dialect).injections > 0


@pytest.mark.parametrize("kind", FAULTS)
def test_every_fault_now_and_then_leaves_the_same_with_several_callers(kind: str) -> None:
    # Two connections are all that a pool needs while nothing breaks.
    every = 2 if FAULTS[kind].plan is ConnectionPlan else 3
    assert same([chosen(kind, every=every)], callers=4).injections > 0


@pytest.mark.parametrize(
    "kind", [name for name, kind in FAULTS.items() if kind.plan is CommandPlan and Verb.CREATE in (kind.verbs or Verb)]
)
def test_every_fault_on_creates_alone(kind: str) -> None:
    assert same([chosen(kind, verbs=(Verb.CREATE,))]).injections > 0


@settings(max_examples=40)
@given(
    kinds=st.lists(st.sampled_from(list(FAULTS)), min_size=2, max_size=4, unique=True),
    every=st.integers(2, 4),
    callers=st.integers(1, 3),
)
@example(kinds=["channel_refused", "channel_slow"], every=2, callers=1)  # a refusal that comes when nobody waits
@example(kinds=["channel_slow", "connection_silent", "channel_refused"], every=2, callers=3)
@example(kinds=["half_close", "disconnect_after", "kex_slow"], every=2, callers=3)  # no key exchange after the end
def test_any_few_faults_together(kinds: list[str], every: int, callers: int) -> None:
    same([chosen(kind, every=every + number) for number, kind in enumerate(kinds)], callers=callers)


@pytest.mark.parametrize("kind", ["garbled", "truncated", "oversized", "drip"])
@pytest.mark.parametrize("dialect", ["native", "filer"])
def test_spoiled_output_is_spoiled_alike(kind: str, dialect: str) -> None:
    same([fault(kind, probability=0.7)], callers=3, dialect=dialect)


def test_limits_of_connections_sessions_and_commands_bite_alike() -> None:
    same(callers=12, limits=ClusterLimits(sessions=2, commands=2, queue=1))
    same(callers=12, limits=ClusterLimits(connections=1, commands=3, queue=2))
    same(callers=12, limits=ClusterLimits(shares=4))


def test_strangers_beyond_max_startups_are_turned_away_alike() -> None:
    profile = Profile(name="far", default=Constant(0.3), login={LoginPhase.AUTH: Constant(0.5)})
    seen = same(callers=12, profile=profile, limits=ClusterLimits(startups=(1, 100, 1)))
    assert ("Failed", Code.REFUSED, Site.SSH_BANNER, None) in seen.outcomes


@pytest.mark.parametrize("algorithms", Algorithms)
def test_what_a_cluster_agrees_on_is_nothing_to_its_commands(algorithms: Algorithms) -> None:
    same(callers=2, algorithms=algorithms)


@pytest.mark.parametrize("dialect", ["native", "inform", "terminal"])
def test_what_is_shown_at_a_login_is_nothing_to_its_commands(dialect: str, at_prompts: dict[str, str]) -> None:
    shown = LoginSpec(banner="Authorised use only.\n", motd="system cli% down on Sunday\n$ \n")
    assert len(same(callers=2, dialect=at_prompts.get(dialect, dialect), login=shown).effects) >= 6


@pytest.mark.parametrize("extra", [(16 << 20) - 100, 16 << 20, 20 << 20])
def test_more_noise_than_a_client_reads_is_given_up_alike(extra: int) -> None:
    seen = same([fault("oversized", parameters={"extra": extra}, verbs=("show",))])
    assert seen.outcomes[2][1:3] == (Code.UNREADABLE, Site.CONNECTOR_REPLY)


def test_login_and_channels_take_the_same_time() -> None:
    login = {phase: Constant(0.05 * (number + 1)) for number, phase in enumerate(LoginPhase)}
    profile = Profile(name="far", default=Constant(0.3), login=login)
    same(callers=5, profile=profile)


@pytest.mark.parametrize("source", ["client", "north"])
@pytest.mark.parametrize("one_way", [False, True])
@pytest.mark.parametrize("seconds", [0.5, 10.0])
@pytest.mark.parametrize("at", [0.0, 0.1, 0.22])
def test_a_partition_holds_up_connections_commands_and_replies_alike(
    source: str, one_way: bool, seconds: float, at: float
) -> None:
    """At first, while a command runs, and between two commands."""
    target = "north" if source == "client" else "client"
    seen = same(cut=Cut(at=at, until=at + seconds, source=source, target=target, one_way=one_way))
    assert seen != play("direct")


@pytest.fixture(scope="module")
def at_prompts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Dialects whose commands are typed, by their kind of shell."""
    return {kind: with_shell(tmp_path_factory.mktemp("shell"), keys) for kind, keys in PERSONALITIES.items()}


@pytest.mark.parametrize("kind", PERSONALITIES)
def test_a_story_told_at_a_prompt_is_the_same(kind: str, at_prompts: dict[str, str]) -> None:
    login = {phase: Constant(0.05 * (number + 1)) for number, phase in enumerate(LoginPhase)}
    profile = Profile(name="far", default=Constant(0.3), login=login)
    assert len(same(callers=7, profile=profile, dialect=at_prompts[kind]).effects) >= 3


@pytest.mark.parametrize("kind", FAULTS)
def test_every_fault_at_prompts_leaves_the_same(kind: str, at_prompts: dict[str, str]) -> None:
    every = 3 if FAULTS[kind].plan is CommandPlan else 1
    assert same([chosen(kind, every=every)], callers=4, dialect=at_prompts["terminal"]).injections > 0


@pytest.mark.parametrize("kind", ["garbled", "truncated", "oversized", "drip"])
def test_output_at_prompts_is_spoiled_alike(kind: str, at_prompts: dict[str, str]) -> None:
    same([fault(kind, probability=0.7)], callers=3, dialect=at_prompts["status by a command"])


@pytest.mark.parametrize("source", ["client", "north"])
@pytest.mark.parametrize("at", [0.0, 0.1, 0.22])
def test_a_partition_holds_up_what_is_typed_alike(source: str, at: float, at_prompts: dict[str, str]) -> None:
    target = "north" if source == "client" else "client"
    same(cut=Cut(at=at, until=at + 10, source=source, target=target), dialect=at_prompts["terminal"])


def test_limits_bite_alike_at_prompts(at_prompts: dict[str, str]) -> None:
    dialect = at_prompts["terminal"]
    same(callers=12, limits=ClusterLimits(sessions=2, commands=2, queue=1), dialect=dialect)
    same(callers=12, limits=ClusterLimits(connections=1, commands=3, queue=2), dialect=dialect)
