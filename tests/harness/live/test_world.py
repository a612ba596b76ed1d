"""Whole runs on real sockets: a calm one, a stormy one, one cut short; and none leaves anything behind."""

import asyncio
import signal
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from connector.operations import Verb
from connector.values import replace
from harness.checkers.history_index import Bounds
from harness.checkers.run_checkers import verdict_of
from harness.errors import WorldError
from harness.live.part_command import PartCommand
from harness.live.runner import LiveRunner
from harness.run.progress import Stage, Step
from harness.run.result import RunResult
from harness.scenario.nemesis_kinds import crash, kill, pause
from harness.scenario.roles import Role
from harness.scenario.scenario import Phase, Scenario, WorkloadKind
from harness.service.reference import settings_of
from pipeline.settings import GatewaySettings
from reports.history import EffectKind, Hop, OpKind, OpResult, Purpose
from reports.verdicts import Verdict
from tests.harness.live.scenes import calm, fault, faulty, findings, invalid, played_with_room

_CREATE = (Hop.PROCESSOR, Verb.CREATE.value)

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
async def nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """No process, no listening port, no file in the temporary directory."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = set(psutil.Process().children(recursive=True))
    yield
    assert set(psutil.Process().children(recursive=True)) <= before
    assert not [row for row in psutil.Process().net_connections(kind="inet") if row.status == psutil.CONN_LISTEN]
    assert not list(tmp_path.iterdir())


async def test_a_calm_run_is_valid_and_its_history_is_whole() -> None:
    scenario = calm()
    stages: list[Stage] = []

    def hear(step: Step) -> None:
        if step.stage not in stages:
            stages.append(step.stage)

    played = await LiveRunner().run(scenario, seed=3, progress=hear)
    assert invalid(scenario, played) == {}
    assert stages == [stage for stage in Stage if stage is not Stage.REPLICATE]
    history = played.history
    assert {op.kind for op in history.ops} >= {OpKind.CREATE, OpKind.GET, OpKind.DELETE, OpKind.RESIZE}
    assert {attempt.hop for attempt in history.attempts} == {Hop.CLIENT, Hop.PROCESSOR}
    made = Counter(effect.name for effect in history.effects if effect.kind is EffectKind.CREATED)
    accepted = {op.name for op in history.ops if op.kind is OpKind.CREATE and op.result is OpResult.OK}
    assert set(made) == accepted
    assert [reading.round for reading in history.readings] == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert {sample.metric for sample in history.samples} >= {"queue", "north.in_service", "south.queued"}
    assert not history.injections
    assert not played.interrupted
    assert 3.0 <= played.load_ends < played.ends


async def test_instants_of_all_sources_are_on_one_clock() -> None:
    """A create goes through five hands in an order that no clock may turn round by more than a checker forgives."""
    history = (await LiveRunner().run(calm(1.5), seed=4)).history
    sent = {row.share: row.began_at for row in reversed(history.attempts) if (row.hop, row.verb) == _CREATE}
    creates = [op for op in history.ops if op.kind is OpKind.CREATE and op.purpose is Purpose.LOAD and op.share in sent]
    assert creates
    for op in creates:
        accepted, active = (
            next(row.at for row in history.changes if (row.share, row.after) == (op.share, state))
            for state in ("pending", "active")
        )
        effect = next(row.at for row in history.effects if row.name == op.name)
        order = [op.intended_at, op.invoked_at, accepted, sent[op.share], effect, active]
        loosened = [instant + hand * Bounds().skew for hand, instant in enumerate(order)]
        assert loosened == sorted(loosened), op


@pytest.mark.timeout(400)
async def test_a_stormy_run_with_a_killed_processor_is_valid_and_says_what_struck() -> None:
    scenario = replace(
        faulty(),
        phases=(Phase(name="all", begins=0.0, ends=4.0),),
        nemesis=(
            kill("processor", at=1.5, duration=0.3),
            pause("api", at=2.5, duration=0.5),
            crash("north", at=3.0, duration=0.5),
        ),
        expect={"reply_lost": 1, "partial_effect": 1, "kill": 1, "pause": 1, "crash": 1},
    )
    scenario, played = await played_with_room(scenario, seed=5)
    assert invalid(scenario, played) == {}
    actions = [row.action for row in played.history.nemesis]
    assert Counter(actions) >= Counter(["kill", "restart", "pause", "resume", "crash", "return", "heal", "healed"])
    assert {row.label for row in played.history.injections} >= {"reply_lost", "partial_effect"}
    assert {span.name for span in played.phases} >= {"all", "reply_lost", "kill processor", "pause api", "crash north"}


async def test_a_lost_reply_is_a_timeout_of_the_processor_that_names_its_fault() -> None:
    scenario = replace(calm(1.5), faults=(fault("reply_lost", "the-fault", verbs=(Verb.CREATE,), every=2),))
    played = await LiveRunner().run(scenario, seed=6)
    assert invalid(scenario, played) == {}
    timeouts = [row for row in played.history.timeouts if row.hop is Hop.PROCESSOR]
    assert timeouts
    assert {row.injected for row in timeouts} == {"the-fault"}


async def test_a_run_that_is_cut_short_heals_and_collects_what_there_is() -> None:
    scenario = faulty(60.0)
    stop = asyncio.Event()

    def stop_in_mid_load(step: Step) -> None:
        if step.stage is Stage.LOAD and step.ops > 20:
            stop.set()

    played = await LiveRunner().run(scenario, seed=7, progress=stop_in_mid_load, stop=stop)
    assert played.interrupted
    assert played.load_ends < 60.0
    assert played.history.changes
    assert "healed" in [row.action for row in played.history.nemesis]
    assert {reading.round for reading in played.history.readings} == {0, 1, 2}


async def test_a_cancelled_run_leaves_nothing_behind() -> None:
    loaded = asyncio.Event()

    def hear(step: Step) -> None:
        if step.stage is Stage.LOAD:
            loaded.set()

    async with asyncio.TaskGroup() as group:
        task = group.create_task(LiveRunner().run(calm(60.0), seed=8, progress=hear))
        await loaded.wait()
        task.cancel()


async def test_a_part_that_cannot_start_is_named_with_the_end_of_its_log() -> None:
    commands: dict[str, PartCommand] = {Role.PROCESSOR: PartCommand(extra=("--decide", "no_such_module:decide"))}
    with pytest.raises(WorldError, match=r"the processor ended at once with status 64.*no_such_module"):
        await LiveRunner(commands=commands).run(calm(1.0), seed=9)


async def test_the_files_of_a_run_can_be_kept(tmp_path_factory: pytest.TempPathFactory) -> None:
    keep = tmp_path_factory.mktemp("keep")
    await LiveRunner(keep=keep).run(calm(0.5), seed=10)
    (directory,) = keep.iterdir()
    assert {"api.toml", "pipeline.db", "processor.log"} <= {path.name for path in directory.iterdir()}


@pytest.mark.timeout(600)
async def test_killed_and_paused_doors_make_ops_unclear_and_no_verdict_wrong() -> None:
    kinds = {WorkloadKind.CREATE: 2.0, WorkloadKind.DUPLICATE: 3.0, WorkloadKind.DELETE: 1.0}
    base = calm(14.0)
    gateway = GatewaySettings(read=0.4, total=0.6)
    scenario = replace(
        base,
        workload=replace(base.workload, mix=kinds),
        client=replace(base.client, total=1.0),
        pipeline=settings_of(base).model_copy(update={"gateway": gateway}),
        nemesis=(
            kill("gateway", at=1.0, duration=0.5),
            kill("api", at=4.0, duration=0.5),
            pause("api", at=9.0, duration=1.2),
            pause("gateway", at=12.0, duration=1.2),
        ),
        expect={"kill": 2, "pause": 2},
    )
    scenario, played = await played_with_room(scenario, seed=13)
    assert invalid(scenario, played) == {}
    assert {"connection-refused", "client-timeout"} <= {op.cause for op in played.history.ops}
    origins = {(row.hop, row.injected) for row in played.history.timeouts}
    assert {(Hop.CLIENT, "pause gateway"), (Hop.GATEWAY, "pause api")} <= origins


def _signal_part(part: Role, number: signal.Signals) -> None:
    """From outside, as an operator or the system would."""
    for child in psutil.Process().children(recursive=True):
        if child.is_running() and child.name() == part.value:
            child.send_signal(number)


async def _ended_by(part: Role, number: signal.Signals, *, during: Stage = Stage.LOAD) -> tuple[Scenario, RunResult]:
    scenario = calm(2.0)
    struck = False

    def strike(step: Step) -> None:
        nonlocal struck
        if not struck and step.stage is during and (step.ops > 5 or during is not Stage.LOAD):
            struck = True
            _signal_part(part, number)

    return scenario, await LiveRunner().run(scenario, seed=14, progress=strike)


@pytest.mark.parametrize(
    ("part", "number", "how", "verdict"),
    [
        (Role.PROCESSOR, signal.SIGKILL, "killed by SIGKILL", Verdict.UNKNOWN),
        pytest.param(Role.GATEWAY, signal.SIGKILL, "killed by SIGKILL", Verdict.UNKNOWN, marks=pytest.mark.soak),
        (Role.API, signal.SIGTERM, "exit status 0", Verdict.UNKNOWN),
        (Role.API, signal.SIGSEGV, "killed by SIGSEGV", Verdict.INVALID),
    ],
)
async def test_a_part_that_ends_unplanned_is_an_event_that_no_valid_run_has(
    part: Role, number: signal.Signals, how: str, verdict: Verdict
) -> None:
    scenario, played = await _ended_by(part, number)
    (end,) = played.history.part_ends
    assert (end.part, end.how) == (part, how)
    assert ("SIGTERM received" in end.log) is (number is signal.SIGTERM)
    assert 0 < end.at < played.load_ends
    found = findings(scenario, played)
    assert (found[0].invariant, verdict_of(found)) == ("V4", verdict)
    assert {row.invariant for row in found if row.verdict is Verdict.INVALID} <= {"V4"}, "the pipeline is not to blame"
    restarts = [row.target for row in played.history.nemesis if row.action == "restart"]
    assert restarts == [part]
    assert f"outage of {part}" in {span.name for span in played.phases}


@pytest.mark.parametrize(
    "stage",
    [
        Stage.FENCE,
        Stage.STOP,
        *(pytest.param(stage, marks=pytest.mark.soak) for stage in (Stage.QUIESCE, Stage.COLLECT)),
    ],
)
async def test_a_part_that_ends_in_a_closing_phase_is_an_event_too(stage: Stage) -> None:
    scenario, played = await _ended_by(Role.API, signal.SIGKILL, during=stage)
    assert [row.part for row in played.history.part_ends] == [Role.API]
    assert verdict_of(findings(scenario, played)) is Verdict.UNKNOWN
