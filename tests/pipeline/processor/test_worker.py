"""One claim after the other on a real store: each fate of each command, and a death at each await."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from connector.operations import Capability, Create, Delete, ShareView, Show, Verb
from pipeline.record import Claim, Command
from pipeline.states import ShareState
from pipeline.store.sqlite import open_store
from tests.pipeline.processor.bench import Bench, Life
from tests.pipeline.processor.model_cluster import ALL, Fate, ModelCluster
from tests.pipeline.store.stores import HandClock, Store


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


MEMORY_DISK = Path("/dev/shm")
"""Thousands of commits, and none of these tests is about the disk."""


@pytest.fixture
async def store(tmp_path: Path, clock: HandClock) -> AsyncIterator[Store]:
    with TemporaryDirectory(dir=MEMORY_DISK if MEMORY_DISK.is_dir() else tmp_path) as directory:
        async with open_store(Path(directory) / "store.db", clock) as opened:
            yield opened


def bench(store: Store, clock: HandClock, *fates: Fate, name: str = "home", marks: bool = True) -> Bench:
    capabilities = ALL if marks else ALL - {Capability.MARK}
    return Bench(store=store, clock=clock, model=ModelCluster(fates, capabilities=capabilities), name=name)


async def test_a_create_that_works_ends_active(store: Store, clock: HandClock) -> None:
    one = bench(store, clock)
    await one.create()
    await one.settle()
    await one.assert_clean()
    [create] = one.model.commands()
    assert isinstance(create, Create)
    assert (create.stamp.request_id, create.mark) == (
        "id-north-home.1.create",
        f"spool/{store.identity.id}/id-north-home",
    )
    assert create.stamp.not_after is not None
    assert create.stamp.sequence is not None


async def test_a_connector_that_claims_nothing_gets_neither_mark_nor_sequence_nor_instant(
    store: Store, clock: HandClock
) -> None:
    one = Bench(store=store, clock=clock, model=ModelCluster(capabilities=frozenset()))
    await one.create()
    await one.settle()
    [create] = one.model.commands()
    assert isinstance(create, Create)
    assert (create.mark, create.stamp.sequence, create.stamp.not_after) == (None, None, None)
    assert isinstance(one.model.asked[1], Show)  # without marks, the name is looked at first


async def test_a_lost_reply_is_settled_by_a_look_and_nothing_is_sent_twice(store: Store, clock: HandClock) -> None:
    one = bench(store, clock, Fate.REPLY_LOST)
    await one.create()
    await one.settle()
    await one.assert_clean()
    assert len(one.model.commands()) == 1


async def test_a_create_sent_again_is_the_same_request_with_a_newer_sequence(store: Store, clock: HandClock) -> None:
    one = bench(store, clock, Fate.LIE)
    await one.create()
    await one.settle()
    await one.assert_clean()
    first, second = one.model.commands()
    assert isinstance(first, Create)
    assert isinstance(second, Create)
    assert first.stamp.request_id == second.stamp.request_id
    assert (first.stamp.sequence or 0) < (second.stamp.sequence or 0)


async def test_an_outage_burns_no_attempt_and_the_share_ends_active_after_it(store: Store, clock: HandClock) -> None:
    one = bench(store, clock, *[Fate.UNREACHED] * 10)
    await one.create()
    await one.settle()
    await one.assert_clean()
    record = await one.record()
    assert record is not None
    assert record.attempt == 1


async def test_tries_used_up_end_in_a_clean_cluster_and_a_free_name(store: Store, clock: HandClock) -> None:
    one = bench(store, clock, *[Fate.LATE] * 3)
    await one.create()
    await one.settle()
    await one.assert_clean()
    assert await one.record() is None
    reasons = [event.reason for event in await store.events() if event.after is ShareState.FAILING]
    assert reasons
    assert "attempts used up" in (reasons[0] or "")


async def test_a_name_that_the_cluster_takes_for_no_name_is_refused_and_free_again(
    store: Store, clock: HandClock
) -> None:
    one = bench(store, clock, name="no name; here")
    one.model.no_names.add(one.name)
    await one.create()
    await one.settle()
    assert await one.record() is None
    reasons = [event.reason for event in await store.events() if event.after is ShareState.FAILING]
    assert ["invalid" in (reason or "") for reason in reasons] == [True]


@pytest.mark.parametrize("ask", [lambda one: one.resize(20), lambda one: one.delete()], ids=["resize", "delete"])
async def test_a_share_that_was_there_is_not_gone_because_its_name_is_called_invalid(
    store: Store, clock: HandClock, ask: Callable[[Bench], Awaitable[None]]
) -> None:
    one = bench(store, clock)
    await one.create()
    await one.settle()
    await ask(one)
    one.model.no_names.add(one.name)
    for _ in range(2):
        await one.work()
    one.model.no_names.clear()
    await one.settle()
    await one.assert_clean()
    assert ShareState.LOST not in {event.after for event in await store.events()}


async def test_a_foreign_share_is_a_conflict_and_is_not_touched(store: Store, clock: HandClock) -> None:
    for marks in (True, False):
        one = bench(store, clock, name=f"marks-{marks}", marks=marks)
        foreign = ShareView(name=one.name, size=10, mark="portal-of-others/1" if marks else None)
        one.model.shares[one.name] = foreign
        await one.create()
        await one.settle()
        assert await one.record() is None
        assert one.model.shares == {one.name: foreign}
        assert not any(isinstance(request, Delete) for request in one.model.asked)


async def test_a_refused_resize_leaves_the_old_size_and_says_why(store: Store, clock: HandClock) -> None:
    one = bench(store, clock, Fate.OK, Fate.REFUSED)
    await one.create(10)
    await one.settle()
    await one.resize(20)
    await one.settle()
    await one.assert_clean()
    record = await one.record()
    assert record is not None
    assert (record.size, record.confirmed_size) == (10, 10)
    assert "quota" in (record.reason or "")


@pytest.mark.parametrize("overtaking", [(), (Fate.LATE,), (Fate.REPLY_LOST, Fate.BUSY), (Fate.UNREACHED,), (Fate.LIE,)])
async def test_a_resize_that_is_given_up_is_overtaken_before_the_share_is_active_again(
    overtaking: tuple[Fate, ...], store: Store, clock: HandClock
) -> None:
    one = bench(store, clock, Fate.OK, *[Fate.LATE] * 3, *overtaking)
    await one.create(10)
    await one.settle()
    await one.resize(20)
    await one.settle()
    await one.assert_clean()
    record = await one.record()
    assert record is not None
    assert (record.size, record.confirmed_size) == (10, 10)
    assert "not resized: attempts used up" in (record.reason or "")
    await one.resize(30)
    await one.settle()
    await one.assert_clean()
    assert one.model.shares[one.name].size == 30


async def test_a_death_at_any_await_of_giving_up_leaves_a_share_that_no_late_resize_changes(
    store: Store, clock: HandClock
) -> None:
    for dies_at in range(1, 60):
        one = bench(store, clock, Fate.OK, *[Fate.LATE] * 4, name=f"n{dies_at}")
        await one.create(10)
        await one.settle()
        await one.resize(20)
        life = Life(dies_at=dies_at)
        while not life.dead and await one.work(life):
            pass
        await one.settle()
        await one.assert_clean()
        if not life.dead:
            return
    raise AssertionError("giving up has more awaits than were tried")


async def test_where_no_sequence_is_known_a_resize_that_is_given_up_is_waited_out(
    store: Store, clock: HandClock
) -> None:
    model = ModelCluster([Fate.OK, *[Fate.LATE] * 3], capabilities=ALL - {Capability.SEQUENCE})
    one = Bench(store=store, clock=clock, model=model)
    await one.create(10)
    await one.settle()
    await one.resize(20)
    await one.settle()
    record = await one.record()
    assert record is not None
    assert record.command_deadline is not None
    assert clock() >= record.command_deadline + 0.25
    assert len(model.commands()) == 4
    assert (record.size, record.confirmed_size) == (10, 10)


async def test_without_marks_a_stranger_s_share_of_another_size_is_left_alone(store: Store, clock: HandClock) -> None:
    """The create is begun, and its processor dies before it is sent; then somebody else makes a share of that name."""
    capabilities: tuple[frozenset[Capability], ...] = (frozenset(), frozenset({Capability.SEQUENCE}))
    for number, claimed in enumerate(capabilities):
        one = Bench(store=store, clock=clock, model=ModelCluster(capabilities=claimed), name=f"n{number}")
        await one.create(10)
        life = Life(dies_at=4)  # claimed, looked at, begun: the next would send it
        await one.work(life)
        record = await one.record()
        assert record is not None
        assert record.command_deadline is not None
        assert one.model.commands() == []
        strange = ShareView(name=one.name, size=25)
        one.model.shares[one.name] = strange
        await one.settle()
        assert await one.record() is None
        assert one.model.shares == {one.name: strange}
        assert one.model.commands() == []
        reasons = [event.reason for event in await store.events() if event.name == one.name and event.reason]
        assert "conflict" in reasons[0]


async def test_an_array_that_rounds_up_is_believed_and_its_size_shown(store: Store, clock: HandClock) -> None:
    for marks in (True, False):
        one = bench(store, clock, name=f"marks-{marks}", marks=marks)
        one.model.step = 1 << 28
        await one.create(1_000_000_000)
        await one.settle()
        await one.assert_at(1 << 30)
        await one.resize(1_200_000_000)
        await one.settle()
        await one.assert_at(5 << 28)
        await one.resize(900_000_000)
        await one.settle()
        await one.assert_at(1 << 30)
        await one.delete()
        await one.settle()
        assert one.model.shares == {}


async def test_a_name_used_again_gets_commands_that_are_newer_than_all_before(store: Store, clock: HandClock) -> None:
    one = bench(store, clock)
    for life in ("first", "second"):
        await one.create(life=life)
        await one.settle()
        await one.assert_clean()
        await one.delete()
        await one.settle()
    sequences = [request.stamp.sequence or 0 for request in one.model.commands()]
    assert len(sequences) == 4
    assert sequences == sorted(set(sequences))


async def test_a_command_whose_deadline_passed_before_it_was_sent_is_not_sent(store: Store, clock: HandClock) -> None:
    class SlowStore:
        """Its answer to `begin` arrives an hour later."""

        def __getattr__(self, name: str) -> object:
            return getattr(store, name)

        async def begin(self, claim: Claim, verb: Verb, *, seconds: float) -> Command | None:
            command = await store.begin(claim, verb, seconds=seconds)
            clock.forward(3600.0)
            return command

    one = bench(store, clock)
    await one.create()
    await one.work(store=SlowStore())
    assert one.model.commands() == []
    record = await one.record()
    assert record is not None
    assert (record.attempt, record.settled) == (1, True)
    assert "expired" in (record.last_error or "")


STORIES: dict[str, tuple[str, tuple[Fate, ...]]] = {
    "create": ("create", ()),
    "create, reply lost": ("create", (Fate.REPLY_LOST,)),
    "create, late": ("create", (Fate.LATE,)),
    "create, refused": ("create", (Fate.REFUSED,)),
    "create, half-made": ("create", (Fate.HALF_MADE,)),
    "create, a lie": ("create", (Fate.LIE,)),
    "create, refused, cleanup lost": ("create", (Fate.REFUSED, Fate.LATE)),
    "delete": ("delete", (Fate.OK,)),
    "delete, reply lost": ("delete", (Fate.OK, Fate.REPLY_LOST)),
    "delete, late": ("delete", (Fate.OK, Fate.LATE)),
    "resize": ("resize", (Fate.OK,)),
    "resize, reply lost": ("resize", (Fate.OK, Fate.REPLY_LOST)),
}


async def tell(story: str, one: Bench) -> None:
    """Up to the operation of which the story is."""
    operation, _ = STORIES[story]
    await one.create(10)
    if operation == "create":
        return
    await one.settle()
    await (one.delete() if operation == "delete" else one.resize(20))


@pytest.mark.parametrize("story", STORIES)
async def test_a_death_at_any_await_leaves_work_that_another_processor_ends_cleanly(
    story: str, store: Store, clock: HandClock
) -> None:
    for dies_at in range(1, 30):
        one = bench(store, clock, *STORIES[story][1], name=f"n{dies_at}")
        await tell(story, one)
        life = Life(dies_at=dies_at)
        while not life.dead and await one.work(life):
            pass
        one.model.land()
        await one.settle()
        await one.assert_clean()
        if not life.dead:
            return  # the whole story fits before this await
    raise AssertionError("the story has more awaits than were tried")
