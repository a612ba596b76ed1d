"""What comes at the very instant of a deadline comes too late: for every deadline, in every world with a clock of its
own. A little sooner, it comes in time."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from connector.codes import Code
from connector.operations import Create, Stamp
from connector.outcomes import Done, Outcome
from connector.protocol import Deadlines
from connector.sites import Site
from connector.values import replace
from fake_clusters.distributions.constant import Constant
from fake_clusters.farm import Farm
from fake_clusters.profile import LoginPhase
from fake_clusters.spec import ClusterSpec
from harness.differential.agreement import agreement
from harness.scenario.scenario import ClientPolicy, Scenario
from harness.virtual.direct.transport import DirectSsh
from harness.virtual.hosts import Host
from harness.virtual.loop import run_virtually
from harness.virtual.network import Network
from harness.virtual.runner import VirtualRunner
from harness.virtual.ssh.transport import MemorySsh
from harness.virtual.transports import SshTransport
from reports.history import History, Hop
from tests.harness.model.scenes import cluster, in_model, scenario

_TIE = 0.75
"""Exact as a float, as are all sums of it here."""
_LONG = Deadlines(connect=30.0, login=30.0, channel=30.0, command=30.0)


def _request(number: int) -> Create:
    return Create(name=f"s{number}", size=1, stamp=Stamp(request_id=f"s{number}"))


def _over(road: Callable[[Network], SshTransport]) -> Callable[[ClusterSpec, Deadlines, list[float]], list[Outcome]]:
    def play(spec: ClusterSpec, deadlines: Deadlines, starts: list[float]) -> list[Outcome]:
        net = Network()

        async def run() -> list[Outcome]:
            clusters = road(net)
            async with Farm([spec], keys=Path("keys"), seed=1, fronts=clusters.open_front) as farm:
                found: list[Outcome] = []

                async def calls() -> None:
                    async with clusters.open_connectors(farm.targets(), connections=1, sessions=1) as connectors:

                        async def call(number: int, at: float) -> Outcome:
                            await asyncio.sleep(at)
                            return await connectors["north"].perform(_request(number), deadlines)

                        async with asyncio.TaskGroup() as group:
                            tasks = [group.create_task(call(*row)) for row in enumerate(starts)]
                        found.extend(task.result() for task in tasks)

                await Host("client").spawn(calls(), name="calls")
                await asyncio.sleep(120)
                return found

        return run_virtually(run(), net)

    return play


WORLDS: dict[str, Callable[[ClusterSpec, Deadlines, list[float]], list[Outcome]]] = {
    "virtual": _over(lambda net: DirectSsh(net.partitions, seed=1)),
    "virtual, by SSH": _over(lambda net: MemorySsh(net, seed=1)),
}
PHASES: dict[str, tuple[ClusterSpec, str, Site, list[float]]] = {
    "banner": (cluster(login={LoginPhase.BANNER: Constant(_TIE)}), "login", Site.SSH_BANNER, [0.0]),
    "key exchange": (cluster(login={LoginPhase.KEX: Constant(_TIE)}), "login", Site.SSH_KEX, [0.0]),
    "login": (cluster(login={LoginPhase.AUTH: Constant(_TIE)}), "login", Site.SSH_AUTH, [0.0]),
    "channel": (cluster(login={LoginPhase.CHANNEL: Constant(_TIE)}), "channel", Site.SSH_CHANNEL, [0.0]),
    "command": (cluster(create=Constant(_TIE)), "command", Site.CONNECTOR_REPLY, [0.0]),
    "waiting for a session": (cluster(create=Constant(1.0)), "channel", Site.SSH_CHANNEL, [0.0, 0.25]),
}
"""For each: a cluster with which what is waited for comes just at the deadline of the last call."""


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("phase", PHASES)
def test_what_comes_at_the_deadline_of_a_phase_comes_too_late_and_a_little_sooner_in_time(
    phase: str, world: str
) -> None:
    spec, deadline, site, starts = PHASES[phase]
    at_it, sooner = (
        WORLDS[world](spec, replace(_LONG, **{deadline: seconds}), starts) for seconds in (_TIE, _TIE + 0.01)
    )
    last = at_it[-1]
    assert not isinstance(last, Done)
    assert (last.code, last.site) == (Code.TIMEOUT, site)
    assert all(isinstance(outcome, Done) for outcome in sooner)


def _playing(pipeline: Mapping[str, Mapping[str, Any]], *, client: float = 60.0) -> Scenario:
    """A create each half second, at exact instants, each served in three; the blocking design waits for no look."""
    settings: dict[str, dict[str, Any]] = {
        "blocking": {"bound": "25s"},
        "command": {"login": "20s", "channel": "20s", "command": "20s"},
        "gateway": {"read": "30s", "total": "40s"},
    }
    merged = {name: {**table, **pipeline.get(name, {})} for name, table in settings.items()}
    played = scenario(
        cluster(create=Constant(3.0), other=Constant(0.0)),
        rate=2.0,
        duration=2.5,
        client=ClientPolicy(total=client, retries=0, poll_deadline=5.0),
        pipeline={"design": "blocking", **merged},
    )
    return replace(played, workload=replace(played.workload, spacing=Constant(1.0)))


HOPS: dict[str, tuple[Callable[[float], Scenario], Hop, Site]] = {
    "command": (lambda s: _playing({"command": {"command": s}}), Hop.API, Site.CONNECTOR_REPLY),
    "bound": (lambda s: _playing({"blocking": {"bound": s}}), Hop.API, Site.CONNECTOR_REPLY),
    "read of the gateway": (lambda s: _playing({"gateway": {"read": s}}), Hop.CLIENT, Site.GATEWAY_REPLY),
    "total of the gateway": (lambda s: _playing({"gateway": {"total": s}}), Hop.CLIENT, Site.GATEWAY_REPLY),
    "client": (lambda s: _playing({}, client=s), Hop.CLIENT, Site.GATEWAY_REPLY),
}


def _both(played: Scenario) -> tuple[History, History]:
    return in_model(played, seed=1).history, VirtualRunner().run_now(played, seed=1).history


@pytest.mark.parametrize("hop", HOPS)
def test_so_it_is_of_each_hop_and_both_worlds_have_one_history(hop: str) -> None:
    playing, where, site = HOPS[hop]
    for seconds, expected in ((3.0, Code.TIMEOUT), (3.01, None)):
        model, virtual = _both(playing(seconds))
        for history in (model, virtual):
            tries = [row for row in history.attempts if row.hop is where and row.verb == "create"]
            assert len(tries) >= 4
            assert {(row.code, row.site) for row in tries} == {(expected, site if expected else None)}
        assert agreement(model, virtual).holds
