"""Notices in every store: what is owed, taken up and settled."""

from pipeline.notices.kinds import NoticeKind
from pipeline.notices.records import DeliveryState, NoticeBatch, NoticeDelivery, NoticeReply
from pipeline.states import ShareState
from tests.pipeline.notices.events import POLICY, endpoint
from tests.pipeline.store.stores import HandClock, Store, accepted, answer, delete, new_share, resize, taken

ACCEPTED, FAILED = NoticeReply(status=204), NoticeReply(status=500, error="answered 500")


async def active(store: Store, name: str = "home") -> None:
    """A share that has just become active."""
    await accepted(store, new_share(name))
    assert await store.move(await taken(store), ShareState.ACTIVE) is not None


async def take(store: Store, id: str = "endpoint-1", *, owner: str = "one", most: int = 8) -> NoticeBatch | None:
    return await store.notices.take(id, owner=owner, lease=30.0, most=most)


async def settle(store: Store, batch: NoticeBatch | None, *replies: NoticeReply) -> bool:
    assert batch is not None
    return await store.notices.settle(batch, replies, policy=POLICY)


def kinds(batch: NoticeBatch | None) -> list[NoticeKind]:
    assert batch is not None
    return [delivery.kind for delivery, _ in batch.deliveries]


async def deliveries(store: Store, id: str = "endpoint-1") -> list[NoticeDelivery]:
    return list(await store.notices.deliveries(id))


async def test_a_new_endpoint_is_owed_what_happens_from_then_on(store: Store) -> None:
    await active(store, "before")
    made = await store.notices.add(endpoint())
    assert made.cursor == len(await store.events())
    assert await store.notices.due() == []
    await active(store, "after")
    assert await store.notices.due() == ["endpoint-1"]
    batch = await take(store)
    assert batch is not None
    assert [(row.name, row.kind, row.attempt) for row, _ in batch.deliveries] == [("after", NoticeKind.ACTIVE, 1)]
    assert await store.notices.find("endpoint-1") == batch.endpoint
    assert await store.notices.endpoints() == [batch.endpoint]


async def test_what_was_delivered_is_owed_no_more(store: Store) -> None:
    await store.notices.add(endpoint())
    await active(store)
    assert await settle(store, await take(store), ACCEPTED)
    assert await store.notices.due() == []
    assert kinds(await take(store)) == []
    (row,) = await deliveries(store)
    assert (row.state, row.ended_at) == (DeliveryState.DELIVERED, 1_000.0)
    (attempt,) = await store.notices.attempts("endpoint-1")
    assert (attempt.message, attempt.tried, attempt.status, attempt.error) == (row.message, 1, 204, None)


async def test_an_event_that_was_rolled_back_is_owed_to_nobody(store: Store) -> None:
    await store.notices.add(endpoint())
    await accepted(store)
    claim = await taken(store)
    assert await store.move(claim, ShareState.ACTIVE) is not None
    assert await store.move(claim, ShareState.ACTIVE) is None  # the fence holds, and nothing is written
    assert kinds(await take(store)) == [NoticeKind.ACTIVE]


async def test_one_notifier_holds_an_endpoint_and_the_next_sends_the_same_message(
    store: Store, clock: HandClock
) -> None:
    await store.notices.add(endpoint())
    await active(store)
    first = await take(store)
    assert await take(store, owner="two") is None
    assert await store.notices.due() == []
    clock.forward(30.0)
    second = await take(store, owner="two")
    assert first is not None
    assert second is not None
    assert [row.message for row, _ in first.deliveries] == [row.message for row, _ in second.deliveries]
    assert not await settle(store, first, ACCEPTED)
    assert await settle(store, second, ACCEPTED)
    tries = await store.notices.attempts("endpoint-1")
    assert [(row.tried, row.status) for row in tries] == [(1, 204), (2, 204)]


async def test_a_dead_endpoint_delays_no_other_and_is_tried_less_and_less(store: Store, clock: HandClock) -> None:
    for id in ("dead", "well"):
        await store.notices.add(endpoint(id=id))
    for name in ("a", "b", "c"):
        await active(store, name)
    await settle(store, await take(store, "dead"), FAILED, FAILED, FAILED)
    assert await store.notices.due() == ["well"]
    await settle(store, await take(store, "well"), ACCEPTED, ACCEPTED, ACCEPTED)
    clock.forward(6.0)
    batch = await take(store, "dead")
    assert batch is not None
    assert len(batch.deliveries) == 1
    await settle(store, batch, ACCEPTED)
    assert len(kinds(await take(store, "dead"))) == 2


async def test_of_a_share_the_next_is_sent_when_the_one_before_is_delivered_or_given_up(
    store: Store, clock: HandClock
) -> None:
    await store.notices.add(endpoint())
    await active(store)
    await store.change("north", "home", resize(20), None, answer)
    assert await store.move(await taken(store), ShareState.ACTIVE, confirmed_size=20) is not None
    await active(store, "other")
    await settle(store, await take(store), FAILED, ACCEPTED)
    clock.forward(400.0)
    assert kinds(await take(store)) == [NoticeKind.ACTIVE]
    clock.forward(400.0)
    await settle(store, await take(store), FAILED)  # the third try, and the last
    clock.forward(400.0)
    assert kinds(await take(store)) == [NoticeKind.RESIZED]
    states = [row.state for row in await deliveries(store) if row.name == "home"]
    assert states == [DeliveryState.GIVEN_UP, DeliveryState.WAITING]


async def test_a_removal_is_told_with_its_reason(store: Store) -> None:
    await store.notices.add(endpoint())
    await accepted(store)
    failing = await store.move(await taken(store), ShareState.FAILING, reason="no space")
    assert failing is not None
    assert await store.remove(failing)
    batch = await take(store)
    assert batch is not None
    assert [(row.kind, row.reason) for row, _ in batch.deliveries] == [(NoticeKind.FAILED, "no space")]
    await active(store, "second")
    await store.change("north", "second", delete(), None, answer)
    assert await store.remove(await taken(store))
    await settle(store, batch, ACCEPTED)
    assert kinds(await take(store)) == [NoticeKind.ACTIVE]


async def test_a_replay_sends_a_range_again_under_the_same_ids_and_what_came_before_the_endpoint(store: Store) -> None:
    await active(store, "early")
    await store.notices.add(endpoint())
    await active(store, "late")
    await settle(store, await take(store), ACCEPTED)
    told = {row.message for row in await deliveries(store)}
    assert await store.notices.replay("endpoint-1", first=1, last=10**9) == 2
    batch = await take(store)
    assert batch is not None
    messages = {row.message for row, _ in batch.deliveries}
    assert {row.name for row, _ in batch.deliveries} == {"early", "late"}
    assert messages > told
    assert await store.notices.replay("nobody", first=1, last=2) is None
    assert await store.notices.replay("endpoint-1", first=10**6, last=10**6) == 0


async def test_a_test_message_is_delivered_as_any_other(store: Store) -> None:
    await store.notices.add(endpoint(kinds="share.failed"))
    assert await store.notices.send_test("nobody", "msg_test") is None
    assert await store.notices.send_test("endpoint-1", "msg_test") is not None
    assert await store.notices.due() == ["endpoint-1"]
    assert kinds(await take(store)) == [NoticeKind.TEST]


async def test_an_endpoint_that_is_gone_is_disabled_and_goes_on_where_it_stopped(store: Store) -> None:
    await store.notices.add(endpoint())
    await active(store)
    await settle(store, await take(store), NoticeReply(status=410, error="answered 410", gone=True))
    await active(store, "meanwhile")
    assert await store.notices.due() == []
    assert await take(store) is None
    enabled = await store.notices.enable("endpoint-1")
    assert enabled is not None
    assert enabled.disabled is None
    assert NoticeKind.ACTIVE in kinds(await take(store))
    assert await store.notices.enable("nobody") is None


async def test_a_secret_rotates_and_an_endpoint_is_removed_with_all_that_is_owed_to_it(store: Store) -> None:
    await store.notices.add(endpoint())
    await active(store)
    await take(store)
    rotated = await store.notices.rotate("endpoint-1", "new", overlap=60.0)
    assert rotated is not None
    found = await store.notices.find("endpoint-1")
    assert found is not None
    assert (found.secret, found.old_secret, found.old_until) == ("new", endpoint().secret, 1_060.0)
    assert await store.notices.rotate("nobody", "new", overlap=60.0) is None
    assert await store.notices.remove("endpoint-1")
    assert not await store.notices.remove("endpoint-1")
    assert await deliveries(store) == []
    assert await take(store) is None


async def test_pages_go_on_behind_the_last_number(store: Store) -> None:
    await store.notices.add(endpoint())
    for name in ("a", "b", "c"):
        await active(store, name)
    await take(store)
    first = await store.notices.deliveries("endpoint-1", limit=2)
    rest = await store.notices.deliveries("endpoint-1", after=first[-1].number)
    assert [row.name for row in (*first, *rest)] == ["a", "b", "c"]
    tries = await store.notices.attempts("endpoint-1", limit=2)
    more = await store.notices.attempts("endpoint-1", after=tries[-1].number)
    assert len({row.message for row in (*tries, *more)}) == 3


async def test_an_endpoint_of_a_tenant_is_told_of_its_shares_alone_to_their_end_and_in_replays(store: Store) -> None:
    for id, tenant in (("blues", "blue"), ("reds", "red"), ("all", None)):
        await store.notices.add(endpoint(id=id, tenant=tenant))
    await accepted(store, new_share("home", tenant="blue"))
    failing = await store.move(await taken(store), ShareState.FAILING, reason="no space")
    assert failing is not None
    assert await store.remove(failing)
    await accepted(store, new_share("home", id="later", tenant="red"))
    assert await store.move(await taken(store), ShareState.ACTIVE) is not None
    for id, shares in (("blues", ["id-north-home"]), ("reds", ["later"]), ("all", ["id-north-home", "later"])):
        batch = await take(store, id)
        assert batch is not None
        assert [row.share for row, _ in batch.deliveries] == shares
        assert await store.notices.replay(id, first=1, last=100) == len(shares)
        assert [row.share for row in await deliveries(store, id)] == shares
    assert [event.tenant for event in await store.events()] == ["blue", "blue", "blue", "red", "red"]


async def test_what_ended_long_ago_is_forgotten_and_can_be_replayed_all_the_same(
    store: Store, clock: HandClock
) -> None:
    await store.notices.add(endpoint())
    await store.notices.add(endpoint(id="other"))
    await active(store, "old")
    assert await settle(store, await take(store), ACCEPTED)
    clock.forward(POLICY.keep - 1.0)
    await active(store, "recent")
    assert await settle(store, await take(store), ACCEPTED)
    assert [row.name for row in await deliveries(store)] == ["old", "recent"]
    clock.forward(2.0)
    await active(store, "new")
    assert await settle(store, await take(store), ACCEPTED)
    assert [row.name for row in await deliveries(store)] == ["recent", "new"]
    assert [row.number for row in await store.notices.attempts("endpoint-1")] == [2, 3]
    clock.forward(2 * POLICY.keep)
    assert await settle(store, await take(store))
    assert [row.name for row in await deliveries(store)] == ["new"]  # the newest row stays, for its number
    assert await store.notices.replay("endpoint-1", first=1, last=100) == 3
    batch = await take(store)
    assert batch is not None
    assert {row.name for row, _ in batch.deliveries} == {"old", "recent", "new"}
    assert min(row.number for row in await deliveries(store) if row.name != "new") > 3


async def test_a_disabled_endpoint_is_sent_nothing_until_it_is_enabled(store: Store) -> None:
    await store.notices.add(endpoint())
    disabled = await store.notices.disable("endpoint-1", "why")
    assert disabled is not None
    assert disabled.disabled == "why"
    await active(store)
    assert (await store.notices.due(), await take(store)) == ([], None)
    assert await store.notices.enable("endpoint-1") is not None
    assert kinds(await take(store)) == [NoticeKind.ACTIVE]
    assert await store.notices.disable("nobody", "why") is None
