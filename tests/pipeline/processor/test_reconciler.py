"""The reconciler: what it finds between store, messages and clusters, what it mends, and what it never touches."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from connector.operations import Capability, Delete, ShareView
from connector.values import replace
from pipeline.holds import HoldKind
from pipeline.processor.differences import DifferenceKind, Discrepancy, Remedy, remedy_of
from pipeline.processor.mender import Mender
from pipeline.processor.processor import one_reconciler
from pipeline.processor.reconciler import Reconciler
from pipeline.settings import PipelineSettings, ReconcilerSettings, SweeperSettings
from pipeline.states import ShareState
from pipeline.store.sqlite import open_store
from tests.pipeline.processor.model_cluster import ModelCluster
from tests.pipeline.processor.test_sweeper import bench, sweeper
from tests.pipeline.store.stores import HandClock, Store, accepted, new_share, next_delivery, next_message, taken

GRACE = 30.0


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def store(tmp_path: Path, clock: HandClock) -> AsyncIterator[Store]:
    async with open_store(tmp_path / "store.db", clock) as opened:
        yield opened


def reconciler(store: Store, clock: HandClock, model: ModelCluster) -> Reconciler:
    swept = sweeper(store, clock, model)
    swept.settings = SweeperSettings(every=0.001, grace=0.001)
    settings = ReconcilerSettings(grace=GRACE, pause=0.001)
    sweepers = {"north": swept}
    mender = Mender(store=store, sweepers=sweepers, settings=settings)
    return Reconciler(store=store, sweepers=sweepers, mender=mender, settings=settings, clock=clock)


def told(found: Sequence[Discrepancy]) -> list[tuple[DifferenceKind, str, bool]]:
    return [(each.kind, each.name, each.mended) for each in found]


async def active(store: Store, clock: HandClock, model: ModelCluster) -> None:
    one = bench(store, clock, model, "home")
    await one.create()
    while (delivery := await next_delivery(store, owner="one", lease=30.0, wait=0.0)) is not None:
        await delivery.ack()
    await one.settle()


async def test_where_all_is_well_nothing_differs(store: Store, clock: HandClock) -> None:
    model = ModelCluster()
    await active(store, clock, model)
    assert await reconciler(store, clock, model).reconcile(apply=True) == []


async def test_work_without_a_message_gets_one_after_the_grace_and_only_when_asked(
    store: Store, clock: HandClock
) -> None:
    record = await accepted(store)
    delivery = await next_delivery(store, owner="one", lease=30.0, wait=0.0)
    assert delivery is not None
    await delivery.ack()
    one = reconciler(store, clock, ModelCluster())
    assert await one.reconcile(apply=True) == []
    clock.forward(GRACE + 1)
    for _ in range(2):
        assert told(await one.reconcile(apply=False)) == [(DifferenceKind.UNHINTED, "home", False)]
    assert told(await one.reconcile(apply=True)) == [(DifferenceKind.UNHINTED, "home", True)]
    assert await one.reconcile(apply=True) == [], "it is done once"
    message = await next_message(store)
    assert message is not None
    assert (message.share, message.generation) == (record.id, 1)


async def test_a_paused_cluster_is_asked_for_nothing_and_its_work_is_not_late(store: Store, clock: HandClock) -> None:
    model = ModelCluster()
    await active(store, clock, model)
    await accepted(store, new_share("waiting"))
    await next_message(store)
    await store.hold("north", HoldKind.PAUSE, reason="firmware", who="ada")
    clock.forward(GRACE + 1)
    asked = len(model.asked)
    found = await reconciler(store, clock, model).reconcile(apply=True)
    assert [(each.kind, each.detail) for each in found] == [(DifferenceKind.UNLISTED, "it is paused")]
    assert len(model.asked) == asked


async def test_work_that_somebody_has_in_hand_needs_no_message(store: Store, clock: HandClock) -> None:
    await accepted(store)
    await next_message(store)
    await taken(store, lease=10 * GRACE)
    clock.forward(GRACE + 1)
    found = await reconciler(store, clock, ModelCluster()).reconcile(apply=True)
    assert DifferenceKind.UNHINTED not in {each.kind for each in found}


async def test_a_message_without_work_is_ended(store: Store, clock: HandClock) -> None:
    await accepted(store)
    await store.move(await taken(store), ShareState.ACTIVE, confirmed_size=1)
    model = ModelCluster()
    one = reconciler(store, clock, model)
    found = [each for each in await one.reconcile(apply=True) if each.kind is DifferenceKind.STRAY_MESSAGE]
    assert [each.mended for each in found] == [True]
    counts = await store.message_counts()
    assert (counts.waiting, counts.done) == (0, 1)


async def test_an_active_share_that_is_gone_is_verified_and_then_lost(store: Store, clock: HandClock) -> None:
    model = ModelCluster()
    await active(store, clock, model)
    del model.shares["home"]
    clock.forward(1.0)
    one = reconciler(store, clock, model)
    assert told(await one.reconcile(apply=False)) == [(DifferenceKind.MISSING, "home", False)]
    assert told(await one.reconcile(apply=True)) == [(DifferenceKind.MISSING, "home", True)]
    await bench(store, clock, model, "home").settle()
    record = await store.get("north", "home")
    assert record is not None
    assert (record.state, record.reason) == (ShareState.LOST, "missing: the share is not on the cluster")
    assert DifferenceKind.MISSING not in {each.kind for each in await one.reconcile(apply=True)}


async def test_an_active_share_that_is_half_made_is_told_apart_from_one_of_another_size(
    store: Store, clock: HandClock
) -> None:
    model = ModelCluster()
    await active(store, clock, model)
    whole = model.shares["home"]
    clock.forward(1.0)
    one = reconciler(store, clock, model)
    model.shares["home"] = replace(whole, complete=False)
    assert told(await one.reconcile(apply=False)) == [(DifferenceKind.HALF_MADE, "home", False)]
    model.shares["home"] = replace(whole, size=5)
    assert told(await one.reconcile(apply=True)) == [(DifferenceKind.DIFFERENT, "home", True)]
    await bench(store, clock, model, "home").settle()
    record = await store.get("north", "home")
    assert record is not None
    assert (record.state, record.size) == (ShareState.ACTIVE, 5)


async def test_an_orphan_of_ours_goes_and_what_others_made_stays(store: Store, clock: HandClock) -> None:
    model = ModelCluster(capabilities=frozenset({Capability.MARK}))
    await active(store, clock, model)
    left = model.shares["home"]
    one = bench(store, clock, model)
    await one.delete()
    await one.settle()
    model.shares |= {
        "home": left,
        "theirs": ShareView(name="theirs", size=1, mark="spool/another/id"),
        "nobodys": ShareView(name="nobodys", size=1),
    }
    mender = reconciler(store, clock, model)
    reported = await mender.reconcile(apply=False)
    expected = {("home", Remedy.DELETE), ("theirs", None), ("nobodys", None)}
    assert {(each.name, each.remedy) for each in reported if each.location} == expected
    assert set(model.shares) == {"home", "theirs", "nobodys"}
    await mender.reconcile(apply=True)
    assert set(model.shares) == {"theirs", "nobodys"}
    assert [each.mark for each in model.asked if isinstance(each, Delete)][-1] == left.mark


async def test_a_cluster_that_keeps_no_marks_is_reported_and_nothing_there_is_touched(
    store: Store, clock: HandClock
) -> None:
    model = ModelCluster(capabilities=frozenset({Capability.SEQUENCE}))
    model.shares["nobodys"] = ShareView(name="nobodys", size=1)
    (found,) = await reconciler(store, clock, model).reconcile(apply=True)
    assert (found.kind, found.remedy) == (DifferenceKind.UNLISTED, None)
    assert set(model.shares) == {"nobodys"}


async def test_what_is_mended_is_paced(store: Store, clock: HandClock) -> None:
    for number in range(3):
        await accepted(store, new_share(str(number)))
        await next_message(store)
    clock.forward(4000.0)  # their messages have expired
    one = reconciler(store, clock, ModelCluster())
    one = replace(one, settings=ReconcilerSettings(grace=GRACE, pause=0.02))
    loop = asyncio.get_running_loop()
    began = loop.time()
    found = await one.reconcile(apply=True)
    assert [each.mended for each in found] == [True] * 3
    assert loop.time() - began >= 3 * 0.02


def test_what_somebody_else_made_has_no_remedy() -> None:
    assert remedy_of(DifferenceKind.FOREIGN) is None
    assert remedy_of(DifferenceKind.UNLISTED) is None


async def test_beside_a_broker_work_that_waits_there_is_not_taken_for_work_without_a_message(
    store: Store, clock: HandClock
) -> None:
    """The relay ends a message in the store when the broker has it."""
    await accepted(store)
    delivery = await next_delivery(store, owner="relay", lease=30.0, wait=0.0)
    assert delivery is not None
    await delivery.ack()
    clock.forward(GRACE + 1.0)
    model = ModelCluster()
    brokered = replace(reconciler(store, clock, model), brokered=True)
    assert await brokered.reconcile(apply=True) == []
    assert await next_message(store) is None
    assert told(await reconciler(store, clock, model).reconcile(apply=False)) == [
        (DifferenceKind.UNHINTED, "home", False)
    ]


def test_a_reconciler_knows_by_the_settings_whether_there_is_a_broker(store: Store, clock: HandClock) -> None:
    for settings, brokered in ((PipelineSettings(), False), (PipelineSettings(spool="nats://127.0.0.1:4222"), True)):
        assert one_reconciler(settings, store=store, connectors={}, clock=clock).brokered is brokered
