"""The sweeper: what carries our mark and has no record goes, what has a record stays, what is missing is told."""

import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from connector.operations import Capability, Delete, ShareView
from connector.protocol import Deadlines
from pipeline.processor.cluster import Cluster
from pipeline.processor.sweeper import Sweep, Sweeper
from pipeline.settings import BreakerSettings, RetrySettings, SweeperSettings
from pipeline.store.sqlite import open_store
from tests.pipeline.processor.bench import Bench
from tests.pipeline.processor.model_cluster import ALL, ModelCluster
from tests.pipeline.store.stores import HandClock, Store

ORPHAN = ShareView(name="lost", size=1, mark="spool/gone")


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def store(tmp_path: Path, clock: HandClock) -> AsyncIterator[Store]:
    async with open_store(tmp_path / "store.db", clock) as opened:
        yield opened


def sweeper(store: Store, clock: HandClock, model: ModelCluster) -> Sweeper:
    cluster = Cluster(
        name="north",
        connector=model,
        deadlines=Deadlines(),
        width=1,
        breaker=BreakerSettings(),
        retry=RetrySettings(),
        seed=0,
        log=store,
        clock=clock,
    )
    settings = SweeperSettings(every=0.001, grace=5.0)
    return Sweeper(cluster=cluster, jobs=store, reads=store, owner="spool", settings=settings, clock=clock)


async def test_an_orphan_is_deleted_with_its_mark_once_it_is_older_than_the_grace(
    store: Store, clock: HandClock
) -> None:
    model = ModelCluster()
    model.shares["lost"] = ORPHAN
    one = sweeper(store, clock, model)
    assert await one.sweep() == Sweep()
    clock.forward(4.9)
    assert await one.sweep() == Sweep()
    clock.forward(0.1)
    assert await one.sweep() == Sweep(deleted=("gone",))
    assert model.shares == {}
    [delete] = model.commands()
    assert isinstance(delete, Delete)
    assert delete.mark == "spool/gone"


async def test_a_share_seen_again_after_it_was_gone_begins_a_new_grace(store: Store, clock: HandClock) -> None:
    model = ModelCluster()
    one = sweeper(store, clock, model)
    for present in (True, False, True):
        model.shares = {"lost": ORPHAN} if present else {}
        assert await one.sweep() == Sweep()
        clock.forward(10.0)
    assert await one.sweep() == Sweep(deleted=("gone",))


@pytest.mark.parametrize("mark", [None, "portal-of-others/gone", "spool-too/gone", "spool"])
async def test_what_does_not_carry_our_mark_is_never_touched(store: Store, clock: HandClock, mark: str | None) -> None:
    model = ModelCluster()
    model.shares["lost"] = replace(ORPHAN, mark=mark)
    one = sweeper(store, clock, model)
    await one.sweep()
    clock.forward(100.0)
    assert await one.sweep() == Sweep()
    assert model.commands() == []


async def test_a_share_whose_record_is_pending_stays(store: Store, clock: HandClock) -> None:
    bench = Bench(store=store, clock=clock, model=ModelCluster())
    await bench.create()
    bench.model.shares["home"] = ShareView(name="home", size=10, mark="spool/id-north-home")
    one = sweeper(store, clock, bench.model)
    await one.sweep()
    clock.forward(100.0)
    assert await one.sweep() == Sweep()


async def test_an_active_record_without_a_share_is_an_alarm_once_and_never_created_again(
    store: Store, clock: HandClock, caplog: pytest.LogCaptureFixture
) -> None:
    bench = Bench(store=store, clock=clock, model=ModelCluster())
    await bench.create()
    await bench.settle()
    one = sweeper(store, clock, bench.model)
    bench.model.shares.clear()
    clock.forward(1.0)
    with caplog.at_level(logging.ERROR):
        for _ in range(2):
            assert await one.sweep() == Sweep(missing=("id-north-home",))
    assert len([record for record in caplog.records if "ALARM" in record.message]) == 1
    assert bench.model.shares == {}


async def test_a_record_that_became_active_while_the_cluster_was_listed_is_no_alarm(
    store: Store, clock: HandClock
) -> None:
    bench = Bench(store=store, clock=clock, model=ModelCluster())
    await bench.create()
    await bench.settle()
    bench.model.shares.clear()
    assert await sweeper(store, clock, bench.model).sweep() == Sweep()


async def test_a_cluster_that_cannot_be_listed_is_left_alone(store: Store, clock: HandClock) -> None:
    model = ModelCluster()
    model.is_down = True
    assert await sweeper(store, clock, model).sweep() == Sweep()


async def test_a_cluster_without_marks_is_not_swept_and_that_is_said(
    store: Store, clock: HandClock, caplog: pytest.LogCaptureFixture
) -> None:
    model = ModelCluster(capabilities=ALL - {Capability.MARK})
    with caplog.at_level(logging.WARNING):
        await sweeper(store, clock, model).run()
    assert "keeps no marks" in caplog.text
