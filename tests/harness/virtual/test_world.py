"""Whole runs in virtual time: calm ones, stormy ones with kills and pauses, one cut short, and one that is stuck."""

import asyncio
import logging
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.operations import Verb
from connector.values import replace
from harness.checkers.run_checkers import verdict_of
from harness.errors import WorldError
from harness.run.progress import Stage, Step
from harness.scenario.nemesis_kinds import NemesisStep, crash, kill, pause
from harness.scenario.roles import Role
from harness.scenario.scenario import Phase
from harness.virtual.runner import VirtualRunner
from pipeline.overrides import Overrides
from pipeline.store.delivery import Spool
from reports.history import EffectKind, Hop, OpKind, OpResult
from reports.verdicts import Verdict
from tests.harness.live.scenes import calm, fault, faulty, findings, invalid


def test_a_calm_run_is_valid_and_its_history_is_whole() -> None:
    scenario = calm()
    played = VirtualRunner().run_now(scenario, seed=3)
    assert invalid(scenario, played) == {}
    history = played.history
    made = Counter(effect.name for effect in history.effects if effect.kind is EffectKind.CREATED)
    accepted = {op.name for op in history.ops if op.kind is OpKind.CREATE and op.result is OpResult.OK}
    assert set(made) == accepted
    assert {attempt.hop for attempt in history.attempts} == {Hop.CLIENT, Hop.PROCESSOR}
    assert [reading.round for reading in history.readings] == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert played.load_ends == scenario.workload.duration


def test_a_stormy_run_with_kills_pauses_and_crashes_is_valid_and_says_what_struck() -> None:
    scenario = replace(
        faulty(),
        phases=(Phase(name="all", begins=0.0, ends=4.0),),
        nemesis=(
            kill("processor", at=1.5, duration=0.3),
            kill("gateway", at=1.7, duration=0.3),
            kill("api", at=2.2, duration=0.2),
            pause("api", at=2.5, duration=0.5),
            crash("north", at=3.0, duration=0.5),
        ),
        expect={"reply_lost": 1, "partial_effect": 1, "kill": 3, "pause": 1, "crash": 1},
    )
    played = VirtualRunner().run_now(scenario, seed=5)
    assert invalid(scenario, played) == {}
    actions = Counter(row.action for row in played.history.nemesis)
    assert actions >= Counter({"kill": 3, "restart": 3, "pause": 1, "resume": 1, "crash": 1, "return": 1, "heal": 1})
    assert {row.label for row in played.history.injections} >= {"reply_lost", "partial_effect"}


_PARTS = st.sampled_from(["processor", "api", "gateway"])
_AT, _LASTS = st.floats(0.0, 4.0), st.floats(0.01, 1.5)
_STEPS = st.one_of(
    st.builds(kill, _PARTS, at=_AT, duration=_LASTS),
    st.builds(pause, _PARTS, at=_AT, duration=_LASTS),
    st.builds(crash, st.sampled_from(["north", "south"]), at=_AT, duration=_LASTS),
)


@settings(max_examples=12)
@given(steps=st.lists(_STEPS, min_size=3, max_size=8), seed=st.integers(0, 1 << 32))
def test_whatever_is_killed_paused_and_crashed_the_pipeline_keeps_its_promises(
    steps: list[NemesisStep], seed: int
) -> None:
    scenario = replace(faulty(), nemesis=tuple(steps), expect={})
    assert invalid(scenario, VirtualRunner(sampled=False).run_now(scenario, seed=seed)) == {}


def test_a_paused_api_answers_nobody_until_it_is_resumed() -> None:
    base = calm(4.0)
    step = pause("api", at=1.0, duration=1.0)
    scenario = replace(base, nemesis=(step,), expect={"pause": 1})
    played = VirtualRunner().run_now(scenario, seed=6)
    assert invalid(scenario, played) == {}
    asked = [row for row in played.history.attempts if row.hop is Hop.CLIENT and 1.0 < row.began_at < 2.0]
    assert asked
    assert all(row.ended_at is not None and row.ended_at >= 2.0 for row in asked)


def test_whoever_asks_a_killed_gateway_is_refused() -> None:
    step = kill("gateway", at=1.0, duration=1.0)
    scenario = replace(calm(4.0), nemesis=(step,), expect={"kill": 1})
    played = VirtualRunner().run_now(scenario, seed=6)
    assert invalid(scenario, played) == {}
    asked = [row for row in played.history.attempts if row.hop is Hop.CLIENT and 1.0 < row.began_at < 2.0]
    assert asked
    assert {row.message for row in asked} == {"connection refused"}


def test_what_was_committed_outlives_the_process() -> None:
    kills = tuple(kill("api", at=at, duration=0.1) for at in (0.5, 1.0, 1.5, 2.0, 2.5))
    scenario = replace(calm(), nemesis=kills, expect={"kill": 5})
    played = VirtualRunner().run_now(scenario, seed=8)
    assert invalid(scenario, played) == {}
    assert {row.name for row in played.history.changes if row.at < 0.5}


@pytest.mark.parametrize("bytewise", [False, True])
def test_the_dead_say_nothing_not_even_to_the_log(bytewise: bool, caplog: pytest.LogCaptureFixture) -> None:
    kills = tuple(
        kill(part, at=0.7 + 0.4 * number, duration=0.2)
        for number, part in enumerate(["processor", "api", "gateway", "processor"])
    )
    scenario = replace(calm(), nemesis=kills)
    VirtualRunner(ssh=bytewise, http=bytewise).run_now(scenario, seed=8)
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []


async def test_the_world_tells_its_stages_and_stops_early_when_it_is_asked_to() -> None:
    scenario = faulty(600.0)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    stages: list[Stage] = []

    def hear(step: Step) -> None:
        if step.stage not in stages:
            stages.append(step.stage)
        if step.stage is Stage.LOAD and step.ops > 20:
            loop.call_soon_threadsafe(stop.set)

    played = await VirtualRunner().run(scenario, seed=7, progress=hear, stop=stop)
    assert played.interrupted
    assert played.load_ends < 600.0
    assert stages == [stage for stage in Stage if stage is not Stage.REPLICATE]


async def test_a_cancelled_run_ends_at_once() -> None:
    loaded = asyncio.Event()
    loop = asyncio.get_running_loop()

    def hear(step: Step) -> None:
        if step.stage is Stage.LOAD:
            loop.call_soon_threadsafe(loaded.set)

    async with asyncio.TaskGroup() as group:
        task = group.create_task(VirtualRunner().run(calm(600.0), seed=8, progress=hear))
        await loaded.wait()
        task.cancel()
    assert task.cancelled()


def test_a_part_that_cannot_start_is_named_with_the_end_of_its_log() -> None:
    def broken(store: object) -> object:
        raise RuntimeError("no store for you")

    overrides: dict[str, Overrides] = {Role.PROCESSOR: Overrides(processor_store=broken)}  # type: ignore[arg-type]  # that is what is wrong with it
    with pytest.raises(WorldError, match=r"the processor ended at once: RuntimeError: no store for you"):
        VirtualRunner(overrides=overrides).run_now(calm(), seed=9)


@dataclass(slots=True)
class _Failing:
    """The spool of a pipeline with a bug: at one look for work it raises what no pipeline can expect."""

    spool: Spool
    error: BaseException
    looks: int = 0

    async def take(self, *arguments: Any, **options: Any) -> Any:
        self.looks += 1
        if self.looks == 10:
            raise self.error
        return await self.spool.take(*arguments, **options)


class _BugError(BaseException):
    """Outside the tree that a pipeline may contain."""


@pytest.mark.parametrize(
    ("error", "how", "log", "verdict"),
    [
        (_BugError("a bug"), "exit status 1", "_BugError: a bug", Verdict.INVALID),
        (SystemExit("out of paper"), "exit status 1", "out of paper", Verdict.INVALID),
        (SystemExit(3), "exit status 3", "", Verdict.INVALID),
        (SystemExit(0), "exit status 0", "", Verdict.UNKNOWN),
    ],
)
def test_a_part_whose_code_ends_it_is_an_event_that_no_valid_run_has(
    error: BaseException, how: str, log: str, verdict: Verdict
) -> None:
    scenario = calm()
    overrides: dict[str, Overrides] = {Role.PROCESSOR: Overrides(spool=lambda spool: _Failing(spool, error))}
    played = VirtualRunner(overrides=overrides).run_now(scenario, seed=9)
    end = played.history.part_ends[0]
    assert (end.part, end.how) == (Role.PROCESSOR, how)
    assert log in end.log
    found = findings(scenario, played)
    assert (found[0].invariant, verdict_of(found)) == ("V4", verdict)


def test_a_planned_kill_is_no_unplanned_end() -> None:
    parts = (Role.API, Role.PROCESSOR, Role.GATEWAY)
    kills = tuple(kill(part.value, at=at, duration=0.5) for at, part in enumerate(parts, start=1))
    played = VirtualRunner().run_now(replace(calm(4.0), nemesis=kills), seed=9)
    assert [row.action for row in played.history.nemesis].count("kill") == len(kills)
    assert not played.history.part_ends


def test_a_stuck_run_is_one_line_that_names_who_waits() -> None:
    async def waits_for_ever(*arguments: object, **options: object) -> None:
        await asyncio.Event().wait()

    class Stuck(VirtualRunner):
        _execute = waits_for_ever  # type: ignore[assignment]  # stands for any bug that leaves nothing to happen

    with pytest.raises(WorldError, match=r"stuck at 0 s of virtual time; waiting: .*waits_for_ever") as stuck:
        Stuck().run_now(calm(), seed=1)
    assert "\n" not in str(stuck.value)


def test_a_part_whose_clock_is_ahead_does_no_harm() -> None:
    scenario = replace(calm(), faults=(fault("reply_lost", verbs=(Verb.CREATE,), every=4),))
    played = VirtualRunner(skews={Role.PROCESSOR: 0.04}).run_now(scenario, seed=10)
    assert invalid(scenario, played) == {}
