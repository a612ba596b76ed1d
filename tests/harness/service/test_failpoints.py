"""A process that is killed right before or after any of its calls leaves nothing that is not put right."""

import asyncio

import pytest

from connector.operations import Verb
from connector.values import replace
from fake_clusters.spec import ClusterLimits
from harness.scenario.nemesis_kinds import NemesisStep, kill
from harness.scenario.points import CrashPoint
from harness.scenario.roles import Role
from harness.scenario.scenario import Scenario
from harness.scenario.spool_kind import SpoolKind
from harness.service.reference import CallFailpoints
from harness.virtual.hosts import NOWHERE, Host
from harness.virtual.loop import run_virtually, running_loop
from harness.virtual.runner import VirtualRunner
from reports.history import History, Hop
from tests.harness.crash_scenes import coming_to
from tests.harness.live.scenes import faulty, invalid

_NEVER = "it never came to call 1000 at store.commit.remove.after"


def _killed_at(site: CrashPoint, nth: int = 1, at: float = 0.0) -> NemesisStep:
    return kill(site.part.value, at=at, duration=0.3, site=site, nth=nth)


def _scene(*steps: NemesisStep, kills: int = 1) -> Scenario:
    """Faults, clusters that are soon full, and time enough to remove what failed and what is deleted."""
    scenario = faulty(duration=6.0)
    clusters = tuple(replace(cluster, limits=ClusterLimits(shares=9)) for cluster in scenario.clusters)
    return replace(scenario, clusters=clusters, nemesis=steps, expect={"kill": kills})


def _play(scenario: Scenario) -> History:
    played = VirtualRunner(sampled=False).run_now(scenario, seed=5)
    assert invalid(scenario, played) == {}
    return played.history


@pytest.mark.parametrize("site", CrashPoint)
def test_a_kill_at_any_crash_point_happens_and_does_no_harm(site: CrashPoint) -> None:
    spool = SpoolKind.NATS if site.part is Role.RELAY else SpoolKind.STORE
    scene = replace(_scene(_killed_at(site)), spool=spool)
    history = _play(coming_to([site], scene))
    kills = [row for row in history.nemesis if row.action == "kill"]
    assert [(row.target, site in row.detail) for row in kills] == [(site.part.value, True)]


def test_one_run_comes_to_all_crash_points() -> None:
    """As the runs in processes do that are killed at each, in every store and spool."""
    scene = replace(_scene(*(_killed_at(site) for site in CrashPoint), kills=len(CrashPoint)), spool=SpoolKind.NATS)
    scene = replace(scene, workload=replace(scene.workload, duration=25.0))
    history = _play(coming_to([*CrashPoint], scene))
    assert sum(row.action == "kill" for row in history.nemesis) == len(CrashPoint)


def test_the_process_dies_at_the_call_itself_and_what_it_had_committed_stays() -> None:
    """Before the end of a command is noted it has no end; after it, it has: whatever the run does later."""

    def ended_by_the_kill(site: CrashPoint) -> bool:
        history = _play(_scene(_killed_at(site)))
        kill = next(row for row in history.nemesis if row.action == "kill")
        commands = [row for row in history.attempts if row.hop is Hop.PROCESSOR and row.verb == Verb.CREATE]
        first = min(commands, key=lambda row: row.began_at)
        assert first.began_at <= kill.at
        return first.ended_at is not None

    assert not ended_by_the_kill(CrashPoint.BEFORE_END)
    assert ended_by_the_kill(CrashPoint.AFTER_END)


def test_calls_are_counted_over_all_lives_and_from_the_instant_that_the_step_says() -> None:
    first = _killed_at(CrashPoint.BEFORE_BEGIN)
    both = _play(_scene(first, _killed_at(CrashPoint.BEFORE_BEGIN, nth=4), kills=2))
    later = _play(_scene(_killed_at(CrashPoint.BEFORE_BEGIN, at=3.0)))
    kills = [row.at for row in both.nemesis if row.action == "kill"]
    assert len(kills) == 2
    assert kills[0] < kills[1]
    assert all(row.at >= 3.0 for row in later.nemesis)


def test_a_call_that_never_comes_is_said_and_makes_the_verdict_unknown() -> None:
    scenario = _scene(_killed_at(CrashPoint.AFTER_REMOVE, nth=1000))
    played = VirtualRunner(sampled=False).run_now(scenario, seed=5)
    assert invalid(scenario, played) == {"V1": [f"kill struck 0 times, the scenario asks for 1: processor: {_NEVER}"]}
    skips = [row.detail for row in played.history.nemesis if row.action == "skip"]
    assert skips == [_NEVER]


def test_the_same_kills_give_the_same_history_by_either_road() -> None:
    scenario = _scene(_killed_at(CrashPoint.AFTER_EXEC, nth=2), _killed_at(CrashPoint.BEFORE_CREATE, nth=3), kills=2)
    assert _play(scenario) == _play(scenario)
    bytewise = VirtualRunner(ssh=True, http=True, sampled=False)
    assert invalid(scenario, bytewise.run_now(scenario, seed=5)) == {}


def test_who_walks_into_a_trap_goes_no_further_and_nobody_else_is_caught_by_it() -> None:
    sites, steps = CallFailpoints(run_outside=NOWHERE.run), list[str]()

    async def walk(name: str) -> None:
        steps.append(f"{name} comes")
        await sites.reach(CrashPoint.BEFORE_DONE, Role.PROCESSOR)
        steps.append(f"{name} goes")

    async def main() -> bool:
        host = Host("processor")
        sites.kills(Role.PROCESSOR, host.kill)
        failpoint = sites.arm(_killed_at(CrashPoint.BEFORE_DONE, nth=2))
        for name in ("first", "second"):
            host.spawn(walk(name), name=name)
            await asyncio.sleep(1.0)
        running_loop().detach(host)
        await walk("third")
        running_loop().close_all()
        return failpoint.fired.is_set()

    assert run_virtually(main())
    assert steps == ["first comes", "first goes", "second comes", "third comes", "third goes"]
