"""What anyone may read from a store."""

from pipeline.holds import HoldKind
from pipeline.states import ShareState
from pipeline.store.protocol import BacklogAge
from tests.pipeline.store.stores import HandClock, Store, accepted, new_share, taken


async def three(store: Store) -> None:
    for location, name in (("north", "a"), ("south", "b"), ("north", "c")):
        await accepted(store, new_share(name, location=location))
    await store.move(await taken(store), ShareState.ACTIVE, confirmed_size=10)


async def names(store: Store, **asked: object) -> list[str]:
    return [record.name for record in await store.list(**asked)]  # type: ignore[arg-type]  # one table of keywords


async def test_a_list_can_be_narrowed_by_location_and_state(store: Store) -> None:
    await three(store)
    assert await names(store) == ["a", "b", "c"]
    assert await names(store, location="north") == ["a", "c"]
    assert await names(store, state=ShareState.PENDING) == ["b", "c"]
    assert await names(store, state=ShareState.PENDING, location="north") == ["c"]


async def test_a_list_since_an_instant_has_what_was_changed_then_or_later(store: Store, clock: HandClock) -> None:
    await accepted(store, new_share("old"))
    clock.forward(10.0)
    at = (await accepted(store, new_share("new"))).updated_at
    assert await names(store, since=at) == ["new"]
    assert await names(store, since=at - 10.0) == ["old", "new"]
    assert await names(store, since=at + 0.001) == []


async def test_a_list_goes_on_behind_a_row(store: Store) -> None:
    await three(store)
    first = await store.list(limit=2)
    assert [record.name for record in first] == ["a", "b"]
    assert await names(store, after=first[-1].row, limit=2) == ["c"]


async def test_events_go_on_behind_a_number(store: Store) -> None:
    await three(store)
    first = await store.events(limit=3)
    rest = await store.events(after=first[-1].number)
    assert [event.number for event in [*first, *rest]] == [1, 2, 3, 4]
    assert [event.after for event in rest] == [ShareState.ACTIVE]


async def test_counts_name_every_state(store: Store) -> None:
    await three(store)
    assert await store.counts() == {
        "pending": 2,
        "active": 1,
        "updating": 0,
        "failing": 0,
        "deleting": 0,
        "lost": 0,
        "queued": 3,
    }


async def test_the_age_of_the_backlog_leaves_out_what_a_processor_has_or_may_not_have(
    store: Store, clock: HandClock
) -> None:
    assert await store.backlog_age() == BacklogAge(pending=0.0, overdue=0.0)
    await accepted(store, new_share("a"))
    clock.forward(5.0)
    await accepted(store, new_share("b", location="south"))
    clock.forward(1.0)
    assert await store.backlog_age() == BacklogAge(pending=6.0, overdue=6.0)
    held = await taken(store)
    assert held.record.name == "a"
    assert await store.backlog_age() == BacklogAge(pending=6.0, overdue=1.0)
    await store.hold("south", HoldKind.PAUSE, reason="firmware", who="ada", seconds=10.0)
    assert await store.backlog_age() == BacklogAge(pending=6.0, overdue=0.0)
    clock.forward(10.0)
    assert await store.backlog_age() == BacklogAge(pending=16.0, overdue=11.0)


async def test_names_are_kept_as_they_are(store: Store) -> None:
    for name in ("'; DROP TABLE shares; --", "ünïcödé 🗂", "%_*", " "):
        await accepted(store, new_share(name))
        record = await store.get("north", name)
        assert record is not None
        assert record.name == name
