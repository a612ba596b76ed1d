"""Whole runs of the model world: the shipped scenarios, the three designs, what breaks, and how a run is cut short."""

import asyncio
import itertools
from typing import Any

import pytest

from connector.operations import Verb
from connector.values import replace
from fake_clusters.distributions.constant import Constant
from fake_clusters.faults import FAULTS
from fake_clusters.faults.rule import FaultRule
from fake_clusters.faults.selector import CallSelector
from fake_clusters.profile import LoginPhase
from fake_clusters.rules.rule import Window
from fake_clusters.spec import ClusterLimits
from harness.cli.inputs import read_all
from harness.journal import journal_of
from harness.model.runner import ModelRunner
from harness.run.progress import Stage, Step
from harness.run.result import RunResult
from harness.scenario.nemesis_kinds import kill, pause
from harness.scenario.scenario import ClientPolicy, Scenario, WorkloadKind
from harness.service.reference import settings_of
from harness.virtual.runner import VirtualRunner
from reports.history import Hop, OpKind, OpResult
from reports.verdicts import Verdict
from tests.harness.model.scenes import cluster, scenario

_SHIPPED = (
    "brownout",
    "demo",
    "duplicate_creates",
    "failing_creates",
    "happy_path",
    "late_effects",
    "lost_replies",
    "processor_crash",
    "slow_cluster",
    "ssh_hangs",
)


def _play(played: Scenario, seed: int = 1) -> RunResult:
    return asyncio.run(ModelRunner().run(played, seed=seed))


def _fault(name: str, **selector: Any) -> FaultRule:
    kind = FAULTS[name]
    window = Window(**{key: selector.pop(key) for key in ("begins", "ends") if key in selector})
    chosen = CallSelector(**selector)
    return FaultRule(label=name, kind=kind, parameters=kind.parameters(), selector=chosen, window=window)


def _activated(played: RunResult) -> dict[str, float]:
    return {change.name: change.at for change in played.history.changes if change.after == "active"}


@pytest.mark.parametrize("name", _SHIPPED)
def test_every_shipped_scenario_is_valid_in_the_model_as_well(name: str) -> None:
    (shipped,) = read_all([name])
    played = _play(shipped, shipped.seed)
    journal = journal_of(shipped, played, seed=shipped.seed, world="model", command="")
    assert journal.verdict is Verdict.VALID, [row for row in journal.findings if row.verdict is not Verdict.VALID]
    assert len(journal.history.effects) >= 20


def test_the_same_seed_gives_the_same_history_and_another_seed_another() -> None:
    (demo,) = read_all(["demo"])
    first, again, other = (_play(demo, seed).history for seed in (3, 3, 4))
    assert first == again
    assert first.effects != other.effects


def test_a_create_on_an_idle_cluster_takes_login_channel_create_and_show_and_not_a_bit_more() -> None:
    login = {
        LoginPhase.BANNER: Constant(0.011),
        LoginPhase.KEX: Constant(0.023),
        LoginPhase.AUTH: Constant(0.037),
        LoginPhase.CHANNEL: Constant(0.013),
    }
    played = _play(scenario(cluster(login=login), rate=0.2, duration=30.0))
    creates = [row for row in played.history.attempts if row.verb == "create" and row.hop is Hop.PROCESSOR]
    shows = [row for row in played.history.attempts if row.verb == "show"]
    assert len(creates) == len(shows) > 3
    assert all(row.result is OpResult.OK for row in (*creates, *shows))
    for create, show in zip(creates[1:], shows[1:], strict=True):  # the first one waits for the login
        assert create.ended_at == (create.began_at + 0.013) + 0.5
        assert show.began_at == create.ended_at
        assert show.ended_at == (show.began_at + 0.013) + 0.1
        assert _activated(played)[create.name] == show.ended_at


def test_a_processor_sees_a_message_at_its_next_look_and_the_api_answers_at_once() -> None:
    played = _play(scenario(rate=1.0))
    began = {row.name: row.began_at for row in played.history.attempts if row.verb == "create" and row.hop != "client"}
    for op in played.history.ops:
        if op.kind is OpKind.CREATE:
            assert op.completed_at == op.invoked_at
            assert op.invoked_at < began[op.name] <= op.invoked_at + 0.05 + 1e-9


def test_commands_beyond_a_clusters_room_wait_their_turn() -> None:
    played = _play(scenario(cluster(limits=ClusterLimits(commands=1)), rate=3.0, duration=10.0))
    effects = sorted(row.at for row in played.history.effects)
    assert len(effects) > 15
    assert all(later - earlier >= 0.5 - 1e-9 for earlier, later in itertools.pairwise(effects))


@pytest.mark.parametrize("design", ["spool", "blocking", "in-process"])
def test_each_design_makes_every_share_of_a_calm_load(design: str) -> None:
    played = _play(scenario(pipeline={"design": design}, rate=4.0))
    creates = [op for op in played.history.ops if op.kind is OpKind.CREATE]
    assert len(creates) > 50
    assert len(_activated(played)) == len(played.history.effects) == len(creates)
    assert {op.status for op in creates} == {201 if design == "blocking" else 202}


def test_the_blocking_design_keeps_its_client_waiting_for_the_cluster_and_leaves_an_orphan_where_it_gives_up() -> None:
    slow = cluster(create=Constant(3.0))
    played = _play(scenario(slow, pipeline={"design": "blocking", "blocking": {"bound": "1s"}}, rate=1.0))
    creates = [op for op in played.history.ops if op.kind is OpKind.CREATE]
    assert {op.result for op in creates} == {OpResult.INFO}
    assert not _activated(played)
    left = played.history.readings[-2]
    assert left.side == "north"
    assert left.shares  # made on the cluster, and no record knows of them


def test_the_in_process_design_forgets_what_it_promised_when_its_process_dies() -> None:
    step = kill("processor", at=10.2, duration=0.5)
    broken = scenario(cluster(create=Constant(2.0)), rate=4.0, nemesis=(step,), settle=20.0)
    lost = _play(replace(broken, pipeline=settings_of(broken).model_copy(update={"design": "in-process"})))
    kept = _play(broken)
    assert not [row for row in kept.history.readings[-1].shares if row.state != "active"]
    assert [row for row in lost.history.readings[-1].shares if row.state == "pending"]


def test_a_killed_processor_leaves_its_records_to_the_next_one_once_their_leases_have_run_out() -> None:
    step = kill("processor", at=5.0, duration=1.0)
    command = {"connect": "1s", "login": "1s", "channel": "1s", "command": "4s"}
    settings = {"processor": {"lease": "8s"}, "command": command}
    played = _play(scenario(cluster(create=Constant(2.0)), pipeline=settings, nemesis=(step,)))
    assert [action.action for action in played.history.nemesis][:2] == ["kill", "restart"]
    assert all(row.state == "active" for row in played.history.readings[-1].shares)
    open_ended = [row for row in played.history.attempts if row.ended_at is None]
    assert open_ended
    assert all(_activated(played)[row.name] > 5.0 + 8.0 / 3 for row in open_ended)


def test_a_killed_gateway_refuses_and_a_killed_api_breaks_off() -> None:
    steps = (
        kill("gateway", at=4.0, duration=2.0),
        kill("api", at=10.0, duration=2.0),
    )
    played = _play(scenario(rate=5.0, nemesis=steps, client=ClientPolicy(retries=0)))
    refused = {(op.cause, int(op.invoked_at) // 2) for op in played.history.ops if op.result is not OpResult.OK}
    assert ("connection-refused", 2) in refused
    assert ("bad-gateway", 5) in refused


def test_a_paused_api_makes_the_gateway_give_up_at_its_read_timeout() -> None:
    step = pause("api", at=5.0, duration=3.0)
    gateway = {"gateway": {"read": "1s", "total": "2s"}}
    played = _play(scenario(rate=5.0, nemesis=(step,), client=ClientPolicy(retries=0), pipeline=gateway))
    late = [row for row in played.history.timeouts if row.hop is Hop.GATEWAY]
    assert late
    assert all(row.injected == "pause api" for row in late)
    assert all(row.ended_at == row.began_at + 1.0 for row in played.history.attempts if row.status == 504)


def test_a_full_gateway_passes_nothing_on() -> None:
    tight = {"gateway": {"max_connections": 2}, "design": "blocking"}
    played = _play(scenario(cluster(create=Constant(2.0)), rate=5.0, pipeline=tight, client=ClientPolicy(retries=0)))
    creates = [op for op in played.history.ops if op.kind is OpKind.CREATE]
    assert {op.cause for op in creates if op.status == 503} == {"gateway-full"}
    assert sum(op.status == 201 for op in creates) >= 10


def test_a_command_that_hangs_is_looked_for_and_sent_again_after_its_deadline() -> None:
    once = _fault("hang", verbs=(Verb.CREATE,), attempts=(1,))
    quick = {"command": {"connect": "1s", "login": "1s", "channel": "1s", "command": "2s"}}
    played = _play(scenario(rate=0.5, faults=(once,), pipeline=quick))
    names = sorted({op.name for op in played.history.ops if op.kind is OpKind.CREATE})
    assert len(names) > 3
    for name in names:
        rows = [row for row in played.history.attempts if row.name == name and row.hop is Hop.PROCESSOR]
        if [row.verb for row in rows] == ["create", "show", "show"]:
            continue  # struck after the faults were lifted
        first, second = (row for row in rows if row.verb == "create")
        assert first.ended_at == first.began_at + 2.0
        assert first.deadline is not None
        assert second.began_at >= first.deadline
        assert name in _activated(played)


def test_all_kinds_of_a_load_find_their_shares() -> None:
    mix = dict.fromkeys(WorkloadKind, 1.0)
    (busy,) = (scenario(rate=8.0, duration=30.0, mix=mix),)
    played = _play(busy)
    kinds = {op.kind for op in played.history.ops}
    assert kinds == set(OpKind)
    journal = journal_of(busy, played, seed=1, world="model", command="")
    assert journal.verdict is Verdict.VALID


def test_arrivals_that_found_no_share_are_told_as_in_the_virtual_world() -> None:
    (demo,) = read_all(["demo"])
    told = _play(demo, demo.seed).notes
    assert [note for note in told if "skipped: no active share" in note]
    assert told == asyncio.run(VirtualRunner(sampled=False).run(demo, seed=demo.seed)).notes


def test_progress_names_each_stage() -> None:
    steps: list[Step] = []

    def progress(step: Step) -> None:
        steps.append(step)

    asyncio.run(ModelRunner().run(scenario(), seed=1, progress=progress))
    counts = [step.ops for step in steps]
    assert counts == sorted(counts)  # a new stage does not begin to count anew
    assert counts[-1] > 0
    stages = list(dict.fromkeys(step.stage for step in steps))
    assert stages == [stage for stage in Stage if stage is not Stage.REPLICATE]
