"""The API's side of a store."""

import asyncio

from pipeline.record import Idempotency
from pipeline.states import Operation, ShareState
from pipeline.store.acceptances import Accepted, Exists, KeyReused, NotActive, NotFound, Replayed
from tests.pipeline.store.stores import (
    HandClock,
    Store,
    accepted,
    answer,
    delete,
    new_share,
    next_message,
    resize,
    taken,
)


def key(body: str = "body", *, name: str = "k", tenant: str = "portal", expires_at: float = 2_000.0) -> Idempotency:
    return Idempotency(tenant=tenant, key=name, body_hash=body, expires_at=expires_at)


async def activated(store: Store) -> None:
    await accepted(store)
    claim = await taken(store)
    assert await store.move(claim, ShareState.ACTIVE, confirmed_size=10)


async def test_a_create_leaves_a_pending_record_a_message_and_an_event(store: Store) -> None:
    record = await accepted(store)
    message = await next_message(store)
    (event,) = await store.events()
    assert (record.state, record.generation, record.generation_done, record.size) == (ShareState.PENDING, 1, 0, 10)
    assert message is not None
    assert (message.share, message.generation) == (record.id, 1)
    assert (event.share, event.before, event.after, event.writer) == (record.id, None, ShareState.PENDING, "api")


async def test_what_was_accepted_can_be_read(store: Store) -> None:
    record = await accepted(store)
    assert await store.get("north", "home") == record
    assert await store.list() == [record]


async def test_a_second_create_of_a_name_is_told_what_is_there_and_writes_nothing(store: Store) -> None:
    first = await accepted(store)
    second = await store.create(new_share(id="other"), None, answer)
    assert second == Exists(record=first)
    assert len(await store.events()) == 1
    assert (await store.counts())["queued"] == 1


async def test_one_name_may_stand_at_two_locations(store: Store) -> None:
    await accepted(store)
    assert isinstance(await store.create(new_share(location="south"), None, answer), Accepted)


async def test_of_a_hundred_creates_at_once_one_is_accepted(store: Store) -> None:
    async with asyncio.TaskGroup() as tasks:
        creates = [tasks.create_task(store.create(new_share(id=str(n)), None, answer)) for n in range(100)]
    kinds = [type(create.result()) for create in creates]
    assert (kinds.count(Accepted), kinds.count(Exists)) == (1, 99)


async def test_creates_at_once_are_told_each_their_own_record(store: Store) -> None:
    await accepted(store, new_share("taken", id="before"))
    names = [str(number) for number in range(50)] + ["taken", "twice", "twice"]
    async with asyncio.TaskGroup() as tasks:
        creates = [
            tasks.create_task(store.create(new_share(name, id=f"{place}"), None, answer))
            for place, name in enumerate(names)
        ]
    for place, name in enumerate(names):
        acceptance, record = creates[place].result(), await store.get("north", name)
        assert isinstance(acceptance, Accepted | Exists)
        assert acceptance.record == record
        assert isinstance(acceptance, Accepted) == (record.id == str(place))
    assert (await store.counts())["queued"] == len(await store.events()) == 52


async def test_no_change_is_accepted_while_a_share_is_pending(store: Store) -> None:
    record = await accepted(store)
    assert await store.change("north", "home", resize(20), None, answer) == NotActive(record=record)
    assert await store.change("north", "home", delete(), None, answer) == NotActive(record=record)
    assert await store.get("north", "home") == record


async def test_a_change_of_what_is_not_there_is_absent(store: Store) -> None:
    assert await store.change("north", "nothing", delete(), None, answer) == NotFound()


async def test_a_resize_of_an_active_share_opens_a_new_generation(store: Store) -> None:
    await activated(store)
    acceptance = await store.change("north", "home", resize(20), None, answer)
    assert isinstance(acceptance, Accepted)
    record = acceptance.record
    assert (record.state, record.operation) == (ShareState.UPDATING, Operation.RESIZE)
    assert (record.size, record.confirmed_size) == (20, 10)
    assert (record.generation, record.generation_done, record.attempt) == (2, 1, 0)


async def test_a_delete_of_an_active_share_keeps_the_record(store: Store) -> None:
    await activated(store)
    assert isinstance(await store.change("north", "home", delete(), None, answer), Accepted)
    record = await store.get("north", "home")
    assert record is not None
    assert (record.state, record.size) == (ShareState.DELETING, 10)


async def test_a_key_gives_the_first_answer_again(store: Store) -> None:
    first = await store.create(new_share(), key(), answer)
    second = await store.create(new_share(id="other"), key(), answer)
    assert isinstance(first, Accepted)
    assert isinstance(second, Replayed)
    assert second.answer == answer(first)
    assert len(await store.events()) == 1


async def test_a_key_keeps_a_refusal_too(store: Store) -> None:
    await store.change("north", "home", delete(), key(), answer)
    await activated(store)
    again = await store.change("north", "home", delete(), key(), answer)
    assert isinstance(again, Replayed)
    assert again.answer.headers == ((b"x-kind", b"NotFound"),)


async def test_a_key_with_another_body_is_refused(store: Store) -> None:
    await store.create(new_share(), key(), answer)
    assert await store.create(new_share("other"), key("other body"), answer) == KeyReused()
    assert await store.get("north", "other") is None


async def test_a_refused_reuse_leaves_the_first_answer(store: Store) -> None:
    await store.create(new_share(), key(), answer)
    await store.create(new_share("other"), key("other body"), answer)
    assert isinstance(await store.create(new_share(), key(), answer), Replayed)


async def test_two_tenants_may_use_one_key(store: Store) -> None:
    await store.create(new_share(), key(), answer)
    other = await store.create(new_share("other"), key("other body", tenant="second"), answer)
    assert isinstance(other, Accepted)


async def test_a_key_is_forgotten_when_it_expires(store: Store, clock: HandClock) -> None:
    await store.create(new_share(), key(expires_at=1_010.0), answer)
    clock.forward(10.0)
    again = await store.create(new_share("other"), key("other body", expires_at=3_000.0), answer)
    assert isinstance(again, Accepted)
    assert isinstance(await store.create(new_share("other"), key("other body"), answer), Replayed)


async def test_of_creates_at_once_with_one_key_all_get_one_answer(store: Store) -> None:
    async with asyncio.TaskGroup() as tasks:
        creates = [tasks.create_task(store.create(new_share(id=str(n)), key(), answer)) for n in range(20)]
    kinds = [type(create.result()) for create in creates]
    assert (kinds.count(Accepted), kinds.count(Replayed)) == (1, 19)


async def test_a_caller_who_is_cancelled_does_not_take_the_create_back(store: Store) -> None:
    create = asyncio.ensure_future(store.create(new_share(), None, answer))
    await asyncio.sleep(0)  # it has asked, and waits for the commit
    create.cancel()
    later = await store.create(new_share(id="later"), None, answer)
    assert isinstance(later, Exists)
    assert later.record.id == new_share().id
