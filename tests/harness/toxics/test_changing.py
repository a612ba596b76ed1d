"""Toxics come, change and go while bytes are under way; whom they meet is decided by seed, name and number alone."""

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.toxics.bandwidth import BANDWIDTH
from harness.toxics.errors import ToxicError
from harness.toxics.latency import LATENCY
from harness.toxics.limit_data import LIMIT_DATA
from harness.toxics.partition import PARTITION
from harness.toxics.reset_peer import RESET_PEER
from harness.toxics.slicer import SLICER
from harness.toxics.slow_accept import SLOW_ACCEPT
from harness.toxics.timeout import TIMEOUT
from harness.toxics.toxic import Direction, Toxic
from tests.harness.toxics.test_pacing import took
from tests.harness.toxics.worlds import Pair, World, connected, elapsed, pair, run, toxic, until

_UP = Direction.UP


def test_a_toxic_that_is_added_meets_connections_that_are_open(world: World) -> None:
    async def main() -> float:
        async with connected() as (both, near, far):
            both.relay.add(toxic(LATENCY, latency=0.05))
            far[1].write(b"x")
            return (await elapsed(near[0].readexactly(1)))[0]

    took(world, run(world, main), 0.05)


def test_removing_a_latency_delivers_what_it_held_at_once(world: World) -> None:
    async def main() -> tuple[float, bytes]:
        async with connected(toxic(LATENCY, latency=500.0)) as (both, near, far):
            far[1].write(b"one")
            far[1].write(b"two")
            asyncio.get_running_loop().call_later(0.05, both.relay.remove, "latency")
            return await elapsed(near[0].readexactly(6))

    seconds, data = run(world, main)
    assert data == b"onetwo"
    took(world, seconds, 0.05)


def test_a_change_counts_for_what_is_under_way(world: World) -> None:
    async def main() -> float:
        loop = asyncio.get_running_loop()
        async with connected(toxic(LATENCY, latency=500.0)) as (both, near, far):
            begun = loop.time()
            far[1].write(b"x")
            await until(lambda: both.relay.counters.get("affected.latency", 0) == 1)
            both.relay.update(toxic(LATENCY, latency=0.1))
            await near[0].readexactly(1)
            return loop.time() - begun

    took(world, run(world, main), 0.1)


def test_a_faster_line_is_faster_for_the_bytes_that_wait() -> None:
    async def main() -> float:
        async with connected(toxic(BANDWIDTH, rate=1_000)) as (both, near, far):
            far[1].write(bytes(2_000))
            await asyncio.sleep(1.0)
            both.relay.update(toxic(BANDWIDTH, rate=10_000))
            return (await elapsed(near[0].readexactly(2_000)))[0]

    took(World.VIRTUAL, run(World.VIRTUAL, main), 0.1)


def test_a_shorter_timeout_counts_from_when_the_connection_was_met() -> None:
    async def main() -> float:
        async with connected(toxic(TIMEOUT, timeout=100)) as (both, near, _):
            await asyncio.sleep(1.0)
            both.relay.update(toxic(TIMEOUT, timeout=3))
            return (await elapsed(near[0].read()))[0]

    took(World.VIRTUAL, run(World.VIRTUAL, main), 2.0)


def test_a_delay_at_the_door_can_be_taken_back(world: World) -> None:
    async def main() -> bytes:
        async with pair(toxic(SLOW_ACCEPT, delay=500.0)) as both:
            asyncio.get_running_loop().call_later(0.05, both.relay.clear)
            near, far = await both.both()
            near[1].write(b"in")
            return await far[0].readexactly(2)

    assert run(world, main) == b"in"


def test_what_a_toxic_lets_go_of_goes_through_those_behind_it(world: World) -> None:
    async def main() -> int:
        chain = (toxic(LATENCY, latency=500.0), toxic(LIMIT_DATA, bytes=3))
        async with connected(*chain) as (both, near, far):
            far[1].write(b"12345")
            await until(lambda: both.relay.counters.get("affected.latency", 0) == 1)
            both.relay.remove("latency")
            return len(await near[0].read())

    assert run(world, main) == 3


def test_toxics_that_leave_together_do_not_mix_what_they_held() -> None:
    async def main() -> bytes:
        chain = (toxic(LATENCY, "a", latency=10.0), toxic(LATENCY, "b", latency=500.0))
        async with connected(*chain) as (both, near, far):
            far[1].write(b"first ")
            await asyncio.sleep(11)  # "first" waits in b
            far[1].write(b"second")
            await asyncio.sleep(1)  # "second" waits in a
            both.relay.clear()
            return await near[0].readexactly(12)

    assert run(World.VIRTUAL, main) == b"first second"


_NAMES = ("a", "b", "c")
_ANY = st.one_of(
    st.builds(
        lambda n, s: toxic(LATENCY, n, latency=s, jitter=s, direction=_UP), st.sampled_from(_NAMES), st.floats(0, 2)
    ),
    st.builds(
        lambda n, r: toxic(BANDWIDTH, n, rate=r, direction=_UP), st.sampled_from(_NAMES), st.integers(10, 10_000)
    ),
    st.builds(
        lambda n, s: toxic(SLICER, n, average_size=s, direction=_UP), st.sampled_from(_NAMES), st.integers(1, 50)
    ),
    st.builds(lambda n, t: toxic(PARTITION, n, toxicity=t), st.sampled_from(_NAMES), st.floats(0, 1)),
    st.builds(lambda n: toxic(TIMEOUT, n, timeout=0, direction=_UP), st.sampled_from(_NAMES)),
)


@settings(max_examples=60)
@given(st.lists(st.one_of(_ANY, st.sampled_from(_NAMES), st.binary(min_size=1, max_size=300)), max_size=20))
def test_whatever_changes_meanwhile_no_byte_is_lost_or_out_of_order(steps: Sequence[Toxic | str | bytes]) -> None:
    """A toxic is added, or put in the place of its namesake; a name takes one away; bytes are sent."""

    async def main() -> bytes:
        async with connected() as (both, near, far):
            for step in steps:
                await asyncio.sleep(0.05)
                there = {chosen.name: chosen.kind for chosen in both.relay.toxics}
                if isinstance(step, bytes):
                    near[1].write(step)
                elif isinstance(step, str):
                    if step in there:
                        both.relay.remove(step)
                elif step.name not in there:
                    both.relay.add(step)
                elif there[step.name] is step.kind:
                    both.relay.update(step)
            near[1].write_eof()
            await asyncio.sleep(0.05)
            both.relay.clear()
            return await far[0].read()

    assert run(World.VIRTUAL, main) == b"".join(step for step in steps if isinstance(step, bytes))


async def _affected(*toxics: Toxic, seed: int = 1, count: int = 40) -> set[int]:
    """The numbers of the connections that a toxic called `cut` resets."""
    affected: set[int] = set()

    def hear(chosen: Toxic, connection: int | None) -> None:
        if chosen.name == "cut" and connection is not None:
            affected.add(connection)

    async with pair(*toxics, seed=seed, affected=hear) as both, asyncio.TaskGroup() as group:
        echoing = group.create_task(_echo(both))
        for number in range(1, count + 1):
            reader, writer = await both.connect()
            writer.write(b"x")
            try:
                assert await reader.readexactly(1) == b"x"
            except ConnectionResetError:
                assert number in affected
            writer.close()
        echoing.cancel()
    return affected


async def _echo(both: Pair) -> None:
    """Give each connection its first byte back."""
    while True:
        reader, writer = await both.accepted()
        writer.write(await reader.read(1))


def test_toxicity_meets_a_fraction_of_connections_by_seed_whatever_else_is_there(world: World) -> None:
    cut = toxic(RESET_PEER, "cut", toxicity=0.4)
    alone = run(world, lambda: _affected(cut))
    assert 5 <= len(alone) <= 27
    assert run(world, lambda: _affected(toxic(LATENCY, "other", latency=0.001, toxicity=0.5), cut)) == alone
    assert run(World.VIRTUAL, lambda: _affected(cut)) == alone
    assert run(world, lambda: _affected(cut, seed=2)) != alone


def test_two_toxics_of_one_toxicity_do_not_meet_the_same_connections() -> None:
    heard: dict[str, set[int | None]] = {"a": set(), "b": set()}

    async def main() -> None:
        chain = [toxic(LATENCY, name, latency=0.1, toxicity=0.5) for name in heard]
        async with pair(*chain, affected=lambda chosen, number: heard[chosen.name].add(number)) as both:
            for _ in range(40):
                near, far = await both.both()
                far[1].write(b"x")
                await near[0].readexactly(1)

    run(World.VIRTUAL, main)
    a, b = heard["a"], heard["b"]
    assert all((a & b, a - b, b - a, set(range(1, 41)) - a - b))


@pytest.mark.parametrize(("toxicity", "count"), [(0.0, 0), (1.0, 10)])
def test_none_and_all(toxicity: float, count: int) -> None:
    cut = toxic(RESET_PEER, "cut", toxicity=toxicity)
    assert len(run(World.VIRTUAL, lambda: _affected(cut, count=10))) == count


def test_each_connection_is_affected_once_and_only_where_it_made_a_difference(world: World) -> None:
    heard: list[tuple[str, int | None]] = []

    async def main() -> None:
        chain = (toxic(LATENCY, latency=0.001, direction=Direction.BOTH), toxic(LIMIT_DATA, bytes=1_000_000))
        async with pair(*chain, affected=lambda chosen, number: heard.append((chosen.name, number))) as both:
            for _ in range(2):
                near, far = await both.both()
                for _ in range(3):
                    near[1].write(b"x")
                    await far[0].readexactly(1)
                    far[1].write(b"x")
                    await near[0].readexactly(1)

    run(world, main)
    assert heard == [("latency", 1), ("latency", 2)]


def test_a_name_is_taken_once_and_a_missing_one_is_named() -> None:
    async def main() -> None:
        async with pair(toxic(LATENCY)) as both:
            with pytest.raises(ToxicError, match="there is a toxic 'latency' already"):
                both.relay.add(toxic(LATENCY))
            with pytest.raises(ToxicError, match="'latency' is a latency; remove it"):
                both.relay.update(toxic(LIMIT_DATA, "latency"))
            with pytest.raises(ToxicError, match="no toxic 'x'; there are: latency"):
                both.relay.remove("x")

    run(World.VIRTUAL, main)
