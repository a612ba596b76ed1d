"""Quotas: what a tenant may have is looked at in the transaction that accepts, the same in every store."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from itertools import count
from pathlib import Path

import pytest

from connector.clock import steady_clock
from connector.values import replace
from pipeline.quotas import Excess, Quota, QuotaResource, Quotas, Usage
from pipeline.record import Claim
from pipeline.states import ShareState
from pipeline.store.acceptances import Acceptance, Accepted, Exists, OverQuota
from pipeline.store.postgres.opening import open_postgres_store
from pipeline.store.sqlite import open_store
from tests.pipeline.store.servers import a_database
from tests.pipeline.store.stores import STORES, HandClock, Store, answer, delete, new_share, resize, taken

IDS = count()
TWO = Quota(shares=2)
TEN = Quotas(default=Quota(bytes=10))


@pytest.fixture(params=STORES)
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    async with STORES[request.param](tmp_path, HandClock()) as opened:
        yield opened


async def asked(store: Store, name: str, *, quota: Quota = TWO, tenant: str = "blue", size: int = 5) -> Acceptance:
    share = new_share(name, id=f"id-{next(IDS)}", quota=quota, tenant=tenant, size=size)
    return await store.create(share, None, answer)


async def active(store: Store) -> Claim:
    claim = await taken(store)
    moved = await store.move(claim, ShareState.ACTIVE, confirmed_size=claim.record.size)
    assert moved is not None
    return moved


async def used(store: Store, tenant: str = "blue") -> Usage:
    within = (await store.transact(lambda tables: tables.usage([tenant, "nobody"])))[tenant]
    assert await store.usage(tenant) == within
    return within


async def test_a_create_beyond_the_quota_is_refused_and_says_what_there_is(store: Store) -> None:
    for name in ("a", "b"):
        assert isinstance(await asked(store, name), Accepted)
    excess = Excess(tenant="blue", resource=QuotaResource.SHARES, limit=2, used=2, asked=1)
    assert await asked(store, "c") == OverQuota(excess=excess)
    by_bytes = await asked(store, "c", quota=Quota(bytes=14))
    assert by_bytes == OverQuota(excess=Excess(tenant="blue", resource=QuotaResource.BYTES, limit=14, used=10, asked=5))
    assert isinstance(await asked(store, "c", quota=Quota(bytes=15)), Accepted)
    assert isinstance(await asked(store, "d", tenant="red"), Accepted)
    assert await used(store) == Usage(shares=3, bytes=15)
    assert len(await store.events()) == 4


async def test_a_create_that_is_repeated_at_the_limit_is_told_that_it_exists(store: Store) -> None:
    for name in ("a", "b"):
        await asked(store, name)
    assert isinstance(await asked(store, "b"), Exists)


async def test_of_creates_that_come_together_as_many_are_accepted_as_there_is_room_for(store: Store) -> None:
    await asked(store, "a")
    names = ("a", "b", "b", "c", "d")
    kinds = [type(found) for found in await asyncio.gather(*(asked(store, name) for name in names))]
    assert sorted(kind.__name__ for kind in kinds) == ["Accepted", "Exists", "Exists", "OverQuota", "OverQuota"]
    assert await used(store) == Usage(shares=2, bytes=10)


async def test_what_failed_or_was_deleted_counts_until_it_is_gone(store: Store) -> None:
    for name in ("a", "b"):
        await asked(store, name)
    failing = await store.move(await taken(store), ShareState.FAILING, reason="no space")
    await active(store)
    await store.change("north", "b", delete(), None, answer)
    assert isinstance(await asked(store, "c"), OverQuota)
    assert failing is not None
    assert await store.remove(failing)
    assert isinstance(await asked(store, "c"), Accepted)
    assert isinstance(await asked(store, "d"), OverQuota)


async def test_a_resize_asks_for_the_difference_and_a_shrink_gives_back_once_it_is_confirmed(store: Store) -> None:
    await asked(store, "a")
    await active(store)

    async def resized(size: int) -> Acceptance:
        return await store.change("north", "a", replace(resize(size), quotas=TEN), None, answer)

    excess = Excess(tenant="blue", resource=QuotaResource.BYTES, limit=10, used=5, asked=6)
    assert await resized(11) == OverQuota(excess=excess)
    assert isinstance(await resized(10), Accepted)
    assert await used(store) == Usage(shares=1, bytes=10)
    await active(store)
    assert isinstance(await resized(3), Accepted)
    assert await used(store) == Usage(shares=1, bytes=10)
    assert isinstance(await asked(store, "b", quota=TEN.default), OverQuota)
    await active(store)
    assert await used(store) == Usage(shares=1, bytes=3)


async def test_a_quota_that_was_lowered_takes_nothing_away_and_accepts_what_asks_for_no_more(store: Store) -> None:
    await asked(store, "a", size=20)
    await active(store)
    change = replace(resize(15), quotas=TEN)
    assert isinstance(await store.change("north", "a", change, None, answer), Accepted)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_two_processes_that_accept_at_the_last_place_accept_one(kind: str, tmp_path: Path) -> None:
    clock = steady_clock(asyncio.get_running_loop())
    async with AsyncExitStack() as stack:
        if kind == "sqlite":
            opened = [open_store(tmp_path / "store.db", clock) for _ in range(2)]
        else:
            url = await stack.enter_async_context(a_database())
            opened = [open_postgres_store(url, clock) for _ in range(2)]
        stores = [await stack.enter_async_context(each) for each in opened]
        await asked(stores[0], "first")
        for turn in range(5):
            tried = await asyncio.gather(*(asked(each, f"n{turn}-{side}") for side, each in enumerate(stores)))
            kinds = sorted(type(found).__name__ for found in tried)
            assert kinds == (["Accepted", "OverQuota"] if turn == 0 else ["OverQuota"] * 2)
        assert await used(stores[1]) == Usage(shares=2, bytes=10)


def test_a_tenant_of_its_own_has_its_own_quota() -> None:
    quotas = Quotas(default=TWO, tenants={"blue": Quota()})
    assert (quotas.of("red"), quotas.of("blue").is_limited) == (TWO, False)
