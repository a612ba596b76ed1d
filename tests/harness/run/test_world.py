"""A world stands without a run, shows what happens in it, and is where a run is executed."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

import pytest

from connector.values import replace
from harness.nemesis.target import Undo
from harness.run.events import Event
from harness.run.run import Run
from harness.run.world import World
from harness.scenario.nemesis_kinds import kill
from harness.service.service import ChangeLog
from harness.virtual.loop import run_virtually
from harness.virtual.network import Network
from harness.virtual.runner import VirtualRunner
from harness.world_name import WorldName
from harness.worlds import open_world
from pipeline.settings import NotifierSettings
from reports.history import Effect, EffectKind, History, Op, OpKind, OpResult, Purpose, StateChange
from tests.harness.live.scenes import QUICK, calm

CREATE = Op(
    number=1,
    client="client",
    kind=OpKind.CREATE,
    purpose=Purpose.LOAD,
    location="north",
    name="one",
    key="key",
    size=1 << 30,
    intended_at=0.0,
    invoked_at=0.0,
)


async def _until_active(events: AsyncGenerator[Event]) -> list[Event]:
    """Up to the first record that became active."""
    seen: list[Event] = []
    async with aclosing(events) as rows:
        async for row in rows:
            seen.append(row)
            if isinstance(row, StateChange) and row.after == "active":
                return seen
    raise AssertionError("the stream ended")


async def _create_and_follow(name: WorldName) -> list[Event]:
    async with open_world(calm(), name) as world:
        async with world.open_client(world.service.url, connect=1.0) as client:
            answer = await client.send(CREATE, within=10.0)
        assert (answer.result, answer.status) == (OpResult.OK, 202)
        async with asyncio.timeout(20):
            return await _until_active(world.events())


def _check(seen: list[Event]) -> None:
    assert [row.after for row in seen if isinstance(row, StateChange)] == ["pending", "active"]
    assert [(row.name, row.kind) for row in seen if isinstance(row, Effect)] == [("one", EffectKind.CREATED)]
    assert [row.at for row in seen] == sorted(row.at for row in seen)


@pytest.mark.parametrize("name", [WorldName.MODEL, WorldName.VIRTUAL, WorldName.VIRTUAL_SSH])
def test_a_virtual_world_stands_without_a_run_and_streams_what_happens(name: WorldName) -> None:
    _check(run_virtually(_create_and_follow(name), Network()))


async def test_a_live_world_stands_without_a_run_and_streams_what_happens() -> None:
    _check(await _create_and_follow(WorldName.LIVE))


def test_no_notice_that_is_collected_tells_of_a_change_that_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = calm(duration=1.0)
    scenario = replace(
        scenario,
        workload=replace(scenario.workload, rate=100.0),  # so many that it does not come to rest
        pipeline=QUICK.model_copy(update={"notifier": NotifierSettings(enabled=True)}),
        settle=0.1,
        fence=0.1,
    )

    async def execute() -> History:
        async with open_world(scenario, WorldName.VIRTUAL) as world:
            assert isinstance(world.service, ChangeLog)
            read = world.service.read_changes

            async def read_slowly(*, after: int = 0) -> Sequence[StateChange]:
                rows = await read(after=after)
                await asyncio.sleep(2.0)
                return rows

            monkeypatch.setattr(type(world.service), "read_changes", staticmethod(read_slowly))
            return (await Run(world).execute()).history

    history = run_virtually(execute(), Network())
    assert history.notices
    assert {row.change for row in history.notices} <= {row.number for row in history.changes}


def test_a_part_of_a_standing_world_can_be_killed_and_comes_back() -> None:
    async def kill_and_undo() -> tuple[bool, bool]:
        async with open_world(calm(), WorldName.VIRTUAL) as world:
            processor = world.targets["processor"]
            undo: Undo = await processor.inject(kill("processor", at=0.0))
            down = not processor.healthy()
            await undo()
            return down, processor.healthy()

    assert run_virtually(kill_and_undo(), Network()) == (True, True)


def test_a_run_in_an_opened_world_is_the_run_that_a_runner_makes() -> None:
    scenario = calm(duration=1.0)

    async def execute() -> tuple[World, object]:
        async with open_world(scenario, WorldName.VIRTUAL, seed=3) as world:
            return world, (await Run(world).execute()).history

    world, history = run_virtually(execute(), Network())
    assert history == VirtualRunner().run_now(scenario, seed=3).history
    assert world.seed == 3
    assert world.ends.rows == ()
