"""Who is claimed next where several tenants wait: they take turns, and each decides by priority among its own."""

import asyncio
from collections.abc import Iterable

from pipeline.record import Claim, Message
from tests.pipeline.store.stores import HandClock, Store, accepted, new_share, next_message


class Claimant:
    """A processor that claims without end. turns: whom it served last."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.turns: dict[str, str] = {}

    async def claim(
        self, message: Message | None = None, locations: Iterable[str] = ("north", "south")
    ) -> Claim | None:
        places = frozenset(locations)
        claim = await self.store.claim(message, owner="one", lease=30.0, locations=places, turns=self.turns)
        if claim is not None:
            self.turns[claim.record.location] = claim.record.tenant
        return claim

    async def names(self, count: int, locations: Iterable[str] = ("north", "south")) -> list[str]:
        claims = [await self.claim(locations=locations) for _ in range(count)]
        return [claim.record.name for claim in claims if claim is not None]


async def test_a_tenant_that_alone_has_work_has_every_turn(store: Store) -> None:
    for number in range(4):
        await accepted(store, new_share(f"a{number}", tenant="a"))
    assert await Claimant(store).names(5) == ["a0", "a1", "a2", "a3"]


async def test_one_share_of_a_second_tenant_is_claimed_next_however_many_the_first_has_waiting(store: Store) -> None:
    processor = Claimant(store)
    waiting = [new_share(f"a{number}", tenant="a", priority=9) for number in range(1_000)]
    await asyncio.gather(*(accepted(store, share) for share in waiting))
    slots = 4
    assert len(await processor.names(slots)) == slots
    await accepted(store, new_share("b", tenant="b"))
    assert "b" in await processor.names(1)


async def test_tenants_take_turns_in_the_order_of_their_names_round_and_round(store: Store) -> None:
    for tenant in ("c", "a", "b"):
        for number in range(2):
            await accepted(store, new_share(f"{tenant}{number}", tenant=tenant))
    assert await Claimant(store).names(7) == ["a0", "b0", "c0", "a1", "b1", "c1"]


async def test_names_of_tenants_are_compared_by_their_bytes(store: Store) -> None:
    for tenant in ("a", "é", "B", "_"):
        await accepted(store, new_share(tenant, tenant=tenant))
    assert await Claimant(store).names(4) == ["B", "_", "a", "é"]


async def test_a_priority_passes_the_shares_of_its_own_tenant_and_no_others(store: Store) -> None:
    await accepted(store, new_share("slow", tenant="a"))
    await accepted(store, new_share("soon", tenant="a", priority=1))
    await accepted(store, new_share("now", tenant="a", priority=9))
    await accepted(store, new_share("other", tenant="b"))
    assert await Claimant(store).names(4) == ["now", "other", "soon", "slow"]


async def test_each_location_has_turns_of_its_own(store: Store) -> None:
    """With one turn for all, a tenant that waits at a busy cluster would lose it to what goes on at the others."""
    for name, tenant, location in (
        ("a1", "a", "north"),
        ("b1", "b", "north"),
        ("a2", "a", "south"),
        ("b2", "b", "south"),
    ):
        await accepted(store, new_share(name, tenant=tenant, location=location))
    processor = Claimant(store)
    assert await processor.names(1, ["north"]) == ["a1"]
    assert await processor.names(1, ["south"]) == ["a2"]
    assert await processor.names(1, ["north"]) == ["b1"]
    assert await processor.names(1, ["south"]) == ["b2"]


async def test_a_share_that_is_not_due_has_no_turn(store: Store, clock: HandClock) -> None:
    await accepted(store, new_share("later", tenant="a"))
    claim = await store.claim(None, owner="one", lease=30.0)
    assert claim is not None
    assert await store.release(claim, due_in=5.0, error="busy")
    await accepted(store, new_share("b0", tenant="b"))
    await accepted(store, new_share("b1", tenant="b"))
    processor = Claimant(store)
    assert await processor.names(1) == ["b0"]
    clock.forward(5.0)
    assert await processor.names(2) == ["later", "b1"]


async def test_a_message_leads_to_its_own_share_among_equals(store: Store) -> None:
    for name in ("first", "second"):
        await accepted(store, new_share(name, tenant="a"))
    await next_message(store)
    claim = await Claimant(store).claim(await next_message(store))
    assert claim is not None
    assert claim.record.name == "second"


async def test_a_message_gives_way_to_whoever_has_the_turn(store: Store) -> None:
    await accepted(store, new_share("a0", tenant="a"))
    await accepted(store, new_share("b0", tenant="b"))
    message = await next_message(store)
    processor = Claimant(store)
    processor.turns["north"] = "a"
    claim = await processor.claim(message)
    assert claim is not None
    assert claim.record.name == "b0"
    assert await processor.names(2) == ["a0"]


async def test_a_message_that_takes_nothing_gives_no_turn_to_others(store: Store) -> None:
    await accepted(store, new_share("a0", tenant="a"))
    await accepted(store, new_share("b0", tenant="b"))
    message = await next_message(store)
    processor = Claimant(store)
    assert await processor.names(1) == ["a0"]
    assert await processor.claim(message) is None
