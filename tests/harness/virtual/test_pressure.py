"""What the pipeline asks of a cluster that can do little: less and less, until it can do more again."""

from collections.abc import Sequence
from dataclasses import replace

from connector.codes import Code
from connector.operations import Verb
from fake_clusters.profile import Constant, Profile
from fake_clusters.spec import ClusterSpec, Limits
from harness.mutants.table import MUTANTS
from harness.scenario.scenario import ClientPolicy, Scenario, Workload
from harness.virtual.world import VirtualWorld
from pipeline.settings import PipelineSettings
from reports.history import Attempt
from reports.verdicts import Verdict
from tests.harness.live.scenes import calm, fault, findings, invalid

LAN = ClusterSpec(name="north", profile=Profile(name="lan", default=Constant(0.02)))


def waiting(shares: int = 60) -> Scenario:
    """The replies of all creates are lost, and then every look is answered with `busy`."""
    return replace(
        calm(),
        clusters=(LAN,),
        workload=Workload(rate=30.0, duration=40.0, only=tuple(range(1, shares + 1))),
        client=ClientPolicy(),
        pipeline=PipelineSettings(),
        settle=60.0,
        faults=(
            fault("reply_lost", verbs=(Verb.CREATE,), ends=2.0),
            fault("error_exit", parameters={"code": Code.BUSY}, verbs=(Verb.SHOW,), ends=40.0),
        ),
    )


def looks(attempts: Sequence[Attempt]) -> Sequence[Attempt]:
    return [row for row in attempts if row.verb == "show" and row.began_at < 40.0]


def test_a_cluster_that_answers_busy_is_looked_at_less_and_every_share_ends_active() -> None:
    scenario = waiting()
    played = VirtualWorld(sampled=False).play_now(scenario, seed=1)
    assert invalid(scenario, played) == {}
    assert {change.after for change in played.history.changes} == {"pending", "active"}
    asked = looks(played.history.attempts)
    assert len([row for row in asked if row.began_at >= 20.0]) < 3 * 20  # 60 shares that waited: 160 a second before


def test_looks_that_never_back_off_are_a_storm() -> None:
    scenario = waiting()
    world = VirtualWorld(sampled=False, seams=MUTANTS["looks_never_back_off"].seams)
    found = {row.invariant: row for row in findings(scenario, world.play_now(scenario, seed=1))}
    assert found["L4"].verdict is Verdict.INVALID


def test_a_cluster_that_is_busy_all_the_time_but_serves_is_no_storm_and_is_kept_at_work() -> None:
    """Two places and no queue, and as much to do as they can: whatever is refused comes again, and nothing is lost."""
    cluster = replace(LAN, profile=Profile(name="slow", default=Constant(0.1)), limits=Limits(commands=2, queue=0))
    scenario = replace(calm(), clusters=(cluster,), workload=Workload(rate=6.0, duration=30.0), settle=60.0)
    played = VirtualWorld(sampled=False).play_now(scenario, seed=1)
    assert invalid(scenario, played) == {}
    assert any(row.code is Code.BUSY for row in played.history.attempts)
    assert not [change for change in played.history.changes if change.after == "failing"]
