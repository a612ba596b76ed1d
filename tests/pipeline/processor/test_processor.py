"""The whole processor on a real loop: hints, scans, bulkheads, heartbeats and its end."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from connector.clock import Clock, steady_clock
from pipeline.processor.dispatch import Dispatcher
from pipeline.processor.processor import processor
from pipeline.record import DEFAULT_TENANT, NewShare, ShareRecord
from pipeline.settings import CommandSettings, PipelineSettings, ProcessorSettings, RetrySettings, SweeperSettings
from pipeline.states import ShareState
from pipeline.store.acceptances import StoredAnswer
from pipeline.store.sqlite import open_store
from pipeline.store.store import Store
from tests.pipeline.processor.model_cluster import Fate, ModelCluster
from tests.pipeline.store.stores import next_delivery

SETTINGS = PipelineSettings(
    processor=ProcessorSettings(workers=2, lease=3.0, scan=0.02, grace=0.05),
    command=CommandSettings(connect=0.5, login=0.5, channel=0.5, command=0.5),
    retry=RetrySettings(first=0.001, longest=0.01),
)


@pytest.fixture
async def clock() -> Clock:
    return steady_clock(asyncio.get_running_loop())


@pytest.fixture
async def store(tmp_path: Path, clock: Clock) -> AsyncIterator[Store]:
    async with open_store(tmp_path / "store.db", clock, poll=0.01) as opened:
        yield opened


async def create(store: Store, location: str, name: str, *, tenant: str = DEFAULT_TENANT) -> None:
    share = NewShare(id=f"id-{location}-{name}", location=location, name=name, size=10, tenant=tenant)
    await store.create(share, None, lambda _: StoredAnswer(status=202, headers=(), body=b""))


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(20):
        while not await true():
            await asyncio.sleep(0.005)


def is_active(store: Store, location: str, *names: str) -> Callable[[], Awaitable[bool]]:
    async def true() -> bool:
        records = [await store.get(location, name) for name in names]
        return all(record is not None and record.state is ShareState.ACTIVE for record in records)

    return true


async def record_of(store: Store, location: str, name: str) -> ShareRecord:
    record = await store.get(location, name)
    assert record is not None
    return record


def running(settings: PipelineSettings, store: Any, **given: Any) -> AbstractAsyncContextManager[Dispatcher]:
    """A processor on a store and its spool."""
    return processor(settings, store=store, spool=store.spool, **given)


async def test_shares_become_active_and_their_hints_are_used_up(store: Store, clock: Clock) -> None:
    model = ModelCluster()
    names = [f"n{number}" for number in range(20)]
    async with running(SETTINGS, store, connectors={"north": model}, clock=clock, holder="one"):
        for name in names:
            await create(store, "north", name)
        await until(is_active(store, "north", *names))

        async def no_hints() -> bool:
            return (await store.counts())["queued"] == 0

        await until(no_hints)
    assert sorted(model.shares) == sorted(names)
    assert len(model.commands()) == len(names)


async def test_a_share_whose_hint_was_lost_is_found_by_the_scan(store: Store, clock: Clock) -> None:
    await create(store, "north", "home")
    hint = await next_delivery(store, owner="thief", lease=60.0, wait=0.0)
    assert hint is not None
    await hint.ack()
    async with running(SETTINGS, store, connectors={"north": ModelCluster()}, clock=clock, holder="one"):
        await until(is_active(store, "north", "home"))


async def test_a_cluster_that_hangs_holds_up_no_other_and_only_its_share_of_work(store: Store, clock: Clock) -> None:
    stuck, well = ModelCluster(), ModelCluster()
    connectors = {"north": stuck, "south": well}
    names = [f"n{number}" for number in range(10)]
    async with running(SETTINGS, store, connectors=connectors, clock=clock, holder="one"):
        await create(store, "north", "before")
        await until(is_active(store, "north", "before"))
        stuck.hold.clear()
        for location in connectors:
            for name in names:
                await create(store, location, name)
        await until(is_active(store, "south", *names))

        async def is_full() -> bool:
            return len(stuck.commands()) - 1 >= SETTINGS.processor.workers

        await until(is_full)
        waiting = await store.list(location="north", state=ShareState.PENDING)
        held = [record for record in waiting if record.owner is not None]
        assert len(waiting) == len(names)
        assert len(stuck.commands()) - 1 == len(held) == SETTINGS.processor.workers
        stuck.hold.set()
        await until(is_active(store, "north", *names))


async def test_a_cluster_that_is_down_is_left_alone_and_its_shares_end_active_after_it(
    store: Store, clock: Clock
) -> None:
    model = ModelCluster()
    model.is_down = True
    settings = SETTINGS.model_copy(
        update={"breaker": SETTINGS.breaker.model_copy(update={"failures": 2, "pause": 0.05})}
    )
    async with running(settings, store, connectors={"north": model}, clock=clock, holder="one"):
        await create(store, "north", "home")

        async def tried() -> bool:
            return len(model.asked) > 3

        await until(tried)
        assert (await record_of(store, "north", "home")).attempt == 0
        model.is_down = False
        await until(is_active(store, "north", "home"))


async def test_a_share_of_a_second_tenant_waits_for_the_commands_under_way_and_no_others(
    store: Store, clock: Clock
) -> None:
    model = ModelCluster()
    names = [f"a{number}" for number in range(60)]
    slots = SETTINGS.processor.workers
    async with running(SETTINGS, store, connectors={"north": model}, clock=clock, holder="one"):
        await create(store, "north", "before")
        await until(is_active(store, "north", "before"))
        model.hold.clear()
        for name in names:
            await create(store, "north", name, tenant="a")

        async def is_full() -> bool:
            return len(model.commands()) - 1 >= slots

        await until(is_full)
        await create(store, "north", "b", tenant="b")
        model.hold.set()
        await until(is_active(store, "north", "b", *names))
    begun = [command.name for command in model.commands()]
    assert begun.index("b") <= 1 + slots + 1


async def test_two_processors_send_each_command_once(store: Store, clock: Clock) -> None:
    model = ModelCluster()
    names = [f"n{number}" for number in range(20)]
    async with (
        running(SETTINGS, store, connectors={"north": model}, clock=clock, holder="one"),
        running(SETTINGS, store, connectors={"north": model}, clock=clock, holder="two"),
    ):
        for name in names:
            await create(store, "north", name)
        await until(is_active(store, "north", *names))
    assert len(model.commands()) == len(names)


async def test_a_heartbeat_keeps_the_lease_of_work_that_outlives_it(store: Store, clock: Clock) -> None:
    model = ModelCluster()
    model.hold.clear()
    settings = SETTINGS.model_copy(update={"processor": SETTINGS.processor.model_copy(update={"lease": 0.06})})
    async with running(settings, store, connectors={"north": model}, clock=clock, holder="one"):
        await create(store, "north", "home")

        async def renewed() -> bool:
            record = await record_of(store, "north", "home")
            return record.lease_until is not None and record.lease_until > record.created_at + 0.3

        await until(renewed)
        assert (await record_of(store, "north", "home")).fence == 1
        model.hold.set()


async def test_work_that_does_not_end_within_the_grace_is_given_back_at_once(store: Store, clock: Clock) -> None:
    model = ModelCluster()
    async with running(SETTINGS, store, connectors={"north": model}, clock=clock, holder="one"):
        await create(store, "north", "first")
        await until(is_active(store, "north", "first"))
        model.hold.clear()
        await create(store, "north", "home")

        async def sent() -> bool:
            return len(model.commands()) == 2

        await until(sent)
    record = await record_of(store, "north", "home")
    assert (record.owner, record.settled) == (None, False)  # nobody holds it, and the next one looks before it acts
    assert record.due_at <= clock()
    assert record.last_error == "the processor was stopped"


async def test_work_that_ends_within_the_grace_is_finished(store: Store, clock: Clock) -> None:
    model = ModelCluster()
    model.hold.clear()
    settings = SETTINGS.model_copy(update={"processor": SETTINGS.processor.model_copy(update={"grace": 20.0})})
    async with running(settings, store, connectors={"north": model}, clock=clock, holder="one"):
        await create(store, "north", "home")

        async def asked() -> bool:
            return len(model.asked) == 1

        await until(asked)
        asyncio.get_running_loop().call_soon(model.hold.set)  # by then the processor has been told to stop
    assert await is_active(store, "north", "home")()


async def test_an_error_in_the_body_comes_out_as_itself(store: Store, clock: Clock) -> None:
    with pytest.raises(ZeroDivisionError):
        async with running(SETTINGS, store, connectors={"north": ModelCluster()}, clock=clock, holder="one"):
            raise ZeroDivisionError


class Failing:
    """A store, its spool or a delivery, some calls of which meet a bug the first few times."""

    def __init__(self, given: Any, times: dict[str, int]) -> None:
        self.given = given
        self.times = times

    @property
    def spool(self) -> Any:
        return Failing(self.given.spool, self.times)

    async def take(self, **options: Any) -> Any:
        self.fail("take")
        return [Failing(delivery, self.times) for delivery in await self.given.take(**options)]

    def __getattr__(self, name: str) -> Any:
        if self.times.get(name, 0) == 0:
            return getattr(self.given, name)

        async def fails(*_: object, **__: object) -> None:
            self.fail(name)

        return fails

    def fail(self, name: str) -> None:
        if self.times.get(name, 0) > 0:
            self.times[name] -= 1
            raise ValueError(f"a bug in {name}")


@pytest.mark.parametrize(
    "call",
    ["take", "ack", "claim_many", "renew", "begin", "end", "move", "release", "known", "list", "report"],
)
async def test_a_bug_in_any_call_ends_neither_the_processor_nor_the_share(
    store: Store, clock: Clock, caplog: pytest.LogCaptureFixture, call: str
) -> None:
    update = {
        "processor": SETTINGS.processor.model_copy(update={"lease": 1.5}),
        "command": CommandSettings(connect=0.25, login=0.25, channel=0.25, command=0.25),
        "sweeper": SweeperSettings(every=0.01, grace=0.01),
    }
    settings = SETTINGS.model_copy(update=update)
    model = ModelCluster([Fate.BUSY])
    failing = Failing(store, {call: 2})
    async with running(settings, failing, connectors={"north": model}, clock=clock, holder="one"):
        await create(store, "north", "home")
        await until(is_active(store, "north", "home"))

        async def used_up() -> bool:
            # A heartbeat is sent, and a record given back, where work takes long.
            return failing.times[call] == 0 or call in {"renew", "release"}

        await until(used_up)
        await create(store, "north", "later")
        await until(is_active(store, "north", "later"))
    assert sorted(model.shares) == ["home", "later"]
    if failing.times[call] < 2:
        assert f"ValueError: a bug in {call}" in caplog.text


async def test_a_hint_that_meets_a_full_cluster_is_ended_and_its_record_is_found_by_the_scan(
    store: Store, clock: Clock
) -> None:
    """The hint is not kept: the record is due, and the end of any work is a reason to scan."""
    settings = SETTINGS.model_copy(
        update={"processor": SETTINGS.processor.model_copy(update={"scan": 30.0, "workers": 1})}
    )
    full, free = ModelCluster(), ModelCluster()
    full.hold.clear()
    connectors = {"north": full, "south": free}
    async with running(settings, store, connectors=connectors, clock=clock, holder="one"):
        for name in ("first", "second"):
            await create(store, "north", name)

        async def hints_are_used_up() -> bool:
            return (await store.counts())["queued"] == 0

        await until(hints_are_used_up)
        full.hold.set()
        await until(is_active(store, "north", "first", "second"))  # long before the next scan by the clock


async def test_a_hint_that_another_processor_took_for_a_cluster_not_its_own_costs_a_scan(
    store: Store, clock: Clock
) -> None:
    async with running(SETTINGS, store, connectors={"south": ModelCluster()}, clock=clock, holder="one"):
        await create(store, "north", "home")

        async def hint_is_used_up() -> bool:
            return (await store.counts())["queued"] == 0

        await until(hint_is_used_up)
        async with running(SETTINGS, store, connectors={"north": ModelCluster()}, clock=clock, holder="two"):
            await until(is_active(store, "north", "home"))
