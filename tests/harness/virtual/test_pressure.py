"""What the pipeline asks of a cluster that can do little: less and less, until it can do more again."""

from collections.abc import Sequence

import pytest

from connector.codes import Code
from connector.operations import Verb
from connector.sites import Site
from connector.values import replace
from fake_clusters.profile import Constant, Profile
from fake_clusters.spec import ClusterLimits, ClusterSpec
from harness.metrics import METRICS
from harness.mutants.table import MUTANTS
from harness.scenario.nemesis_kinds import disconnect
from harness.scenario.scenario import ClientPolicy, Scenario, Workload
from harness.virtual.runner import VirtualRunner
from pipeline.settings import Design, PipelineSettings
from reports.history import Attempt, OpResult
from reports.verdicts import Verdict
from tests.harness.live.scenes import calm, fault, findings, invalid
from tests.harness.model.scenes import in_model

LAN = ClusterSpec(name="north", profile=Profile(name="lan", default=Constant(0.02)))


def waiting(shares: int = 60, seconds: float = 40.0) -> Scenario:
    """The replies of all creates are lost, and then every look is answered with `busy`, for so long."""
    return replace(
        calm(),
        clusters=(LAN,),
        workload=Workload(rate=30.0, duration=seconds, only=tuple(range(1, shares + 1))),
        client=ClientPolicy(),
        pipeline=PipelineSettings(),
        settle=60.0,
        faults=(
            fault("reply_lost", verbs=(Verb.CREATE,), ends=2.0),
            fault("error_exit", parameters={"code": Code.BUSY}, verbs=(Verb.SHOW,), ends=seconds),
        ),
    )


def looks(attempts: Sequence[Attempt]) -> Sequence[Attempt]:
    return [row for row in attempts if row.verb == "show" and row.began_at < 40.0]


def test_a_cluster_that_answers_busy_is_looked_at_less_and_every_share_ends_active() -> None:
    scenario = waiting()
    played = VirtualRunner(sampled=False).run_now(scenario, seed=1)
    assert invalid(scenario, played) == {}
    assert {change.after for change in played.history.changes} == {"pending", "active"}
    asked = looks(played.history.attempts)
    assert len([row for row in asked if row.began_at >= 20.0]) < 3 * 20  # 60 shares that waited: 160 a second before


def test_looks_that_never_back_off_are_a_storm() -> None:
    scenario = waiting(shares=20, seconds=20.0)
    world = VirtualRunner(sampled=False, overrides=MUTANTS["looks_never_back_off"].overrides)
    found = {row.invariant: row for row in findings(scenario, world.run_now(scenario, seed=1))}
    assert found["L4"].verdict is Verdict.INVALID


@pytest.mark.parametrize("design", Design)
def test_a_lost_answer_to_what_a_cluster_can_do_is_told_and_holds_nobody_up_for_long(design: Design) -> None:
    asked = (Verb.CAPABILITIES,)
    scenario = replace(
        calm(10.0),
        clusters=(LAN,),
        workload=Workload(rate=5.0, duration=10.0),
        client=ClientPolicy(),
        pipeline=PipelineSettings(design=design),
        faults=(fault("reply_lost", verbs=asked, first=1),),
        expect={"reply_lost": 1},
    )
    history = VirtualRunner(sampled=False).run_now(scenario, seed=1).history
    rows = [row for row in history.attempts if row.verb == "capabilities"]
    assert [(row.result, row.code) for row in rows] == [(OpResult.INFO, Code.TIMEOUT), (OpResult.OK, None)]
    (timeout,) = [row for row in history.timeouts if row.attempt == rows[0].number]
    assert (timeout.hop, timeout.site, timeout.injected) == (rows[0].hop, Site.CONNECTOR_REPLY, "reply_lost")
    assert len(list(METRICS["attempt.capabilities"].points(history))) == 2
    assert max(point.value for point in METRICS["create.active"].points(history)) < 3.0


def test_lists_and_the_deletes_of_sweeps_are_attempts_and_their_timeouts_are_told() -> None:
    scenario = replace(
        calm(6.0),
        faults=(fault("reply_lost", verbs=(Verb.LIST,), first=1),),
        expect={"reply_lost": 1},
    )
    history = VirtualRunner(sampled=False).run_now(scenario, seed=1).history
    lists = [row for row in history.attempts if row.verb == "list" and row.is_command]
    assert {row.share for row in lists} == {None}
    lost = [row for row in lists if row.code is Code.TIMEOUT]
    assert lost
    told = {row.attempt: row.injected for row in history.timeouts}
    assert {told[row.number] for row in lost} == {"reply_lost"}


def test_a_cluster_that_is_busy_all_the_time_but_serves_is_no_storm_and_is_kept_at_work() -> None:
    """Two places and no queue, and as much to do as they can: whatever is refused comes again, and nothing is lost."""
    cluster = replace(
        LAN, profile=Profile(name="slow", default=Constant(0.1)), limits=ClusterLimits(commands=2, queue=0)
    )
    scenario = replace(calm(), clusters=(cluster,), workload=Workload(rate=6.0, duration=30.0), settle=60.0)
    played = VirtualRunner(sampled=False).run_now(scenario, seed=1)
    assert invalid(scenario, played) == {}
    assert any(row.code is Code.BUSY for row in played.history.attempts)
    assert not [change for change in played.history.changes if change.after == "failing"]


def test_a_disconnect_lets_faults_of_new_connections_strike_and_nothing_is_lost() -> None:
    stall = fault("auth_stall", begins=4.0, ends=6.0)
    scenario = replace(
        calm(8.0),
        clusters=(LAN,),
        workload=Workload(rate=5.0, duration=8.0),
        faults=(stall,),
        expect={"auth_stall": 1},
    )
    kept = VirtualRunner(sampled=False).run_now(scenario, seed=1)
    (doubt,) = invalid(scenario, kept)["V1"]
    assert "no new connection was opened in its window (4s to 6s)" in doubt
    step = disconnect("north", at=4.5)
    closed = replace(scenario, nemesis=(step,), expect={"auth_stall": 1, "disconnect": 1})
    assert invalid(closed, VirtualRunner(sampled=False).run_now(closed, seed=1)) == {}
    assert invalid(closed, in_model(closed, seed=1)) == {}
