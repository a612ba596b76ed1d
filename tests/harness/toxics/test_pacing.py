"""Latency, bandwidth, slicer, slow_close: when bytes and ends arrive; to the instant in virtual time."""

import asyncio
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fake_clusters.distributions import Uniform
from fake_clusters.distributions.tables import DistributionTable
from harness.toxics.bandwidth import BANDWIDTH
from harness.toxics.latency import LATENCY
from harness.toxics.slicer import SLICER
from harness.toxics.slow_close import SLOW_CLOSE
from harness.toxics.toxic import Direction, Toxic
from tests.harness.toxics.worlds import World, connected, elapsed, pair, run, toxic

_UP = Direction.UP


def took(world: World, seconds: float, expected: float) -> None:
    """Exactly so long in virtual time; at least so long on a real clock, which may be late and rings a hair early."""
    if world is World.VIRTUAL:
        assert seconds == pytest.approx(expected, abs=1e-9)
    else:
        assert seconds >= expected - 0.001


@pytest.mark.parametrize("direction", list(Direction))
def test_latency_delays_each_way_that_it_is_set_on(world: World, direction: Direction) -> None:
    async def main() -> tuple[float, float]:
        async with connected(toxic(LATENCY, latency=0.05, direction=direction)) as (_, near, far):
            near[1].write(b"x")
            up, _ = await elapsed(far[0].readexactly(1))
            far[1].write(b"x")
            down, _ = await elapsed(near[0].readexactly(1))
            return up, down

    up, down = run(world, main)
    took(world, up, 0.05 if direction is not Direction.DOWN else 0.0)
    took(world, down, 0.05 if direction is not Direction.UP else 0.0)


def test_latency_delays_the_end_as_well(world: World) -> None:
    async def main() -> float:
        async with connected(toxic(LATENCY, latency=0.05, direction=_UP)) as (_, near, far):
            near[1].write_eof()
            return (await elapsed(far[0].read()))[0]

    took(world, run(world, main), 0.05)


def test_a_line_with_latency_carries_many_pieces_at_once(world: World) -> None:
    async def main() -> float:
        async with connected(toxic(LATENCY, latency=0.2, direction=_UP)) as (_, near, far):
            for _ in range(50):
                near[1].write(bytes(1000))
            seconds, _ = await elapsed(far[0].readexactly(50_000))
            return seconds

    took(world, run(world, main), 0.2)


async def _arrivals(chosen: Toxic, *, count: int = 20, seed: int = 1) -> list[float]:
    """How long each of `count` pieces took, one after the other."""
    loop = asyncio.get_running_loop()
    async with connected(chosen, seed=seed) as (_, near, far):
        delays = []
        for _ in range(count):
            sent = loop.time()
            near[1].write(b"x")
            await far[0].readexactly(1)
            delays.append(loop.time() - sent)
        return delays


@pytest.mark.parametrize(
    ("jitter", "low", "high"),
    [(0.005, 0.015, 0.025), (DistributionTable(Uniform(low=0.0, high=0.01)), 0.02, 0.03)],
    ids=["evenly spread", "a distribution"],
)
def test_jitter_is_drawn_for_each_piece(
    world: World, jitter: float | DistributionTable, low: float, high: float
) -> None:
    delays = run(world, lambda: _arrivals(toxic(LATENCY, latency=0.02, jitter=jitter, direction=_UP)))
    assert all(delay >= low - 0.001 for delay in delays)
    assert len({round(delay, 9) for delay in delays}) == len(delays)
    if world is World.VIRTUAL:
        assert all(delay <= high for delay in delays)


def test_jitter_is_the_same_for_the_same_seed_and_another_for_another() -> None:
    chosen = toxic(LATENCY, latency=0.02, jitter=0.01, direction=_UP)

    def delays(seed: int) -> list[float]:
        return run(World.VIRTUAL, lambda: _arrivals(chosen, seed=seed))

    first, again, other = delays(1), delays(1), delays(2)
    assert first == again
    assert first != other


def test_jitter_lets_nothing_overtake(world: World) -> None:
    async def main() -> bytes:
        async with connected(toxic(LATENCY, latency=0.01, jitter=0.01, direction=_UP)) as (_, near, far):
            for number in range(100):
                near[1].write(b"%02d" % number)
                await asyncio.sleep(0.0005)
            return await far[0].readexactly(200)

    assert run(world, main) == b"".join(b"%02d" % number for number in range(100))


def test_bandwidth_takes_its_time_for_each_byte(world: World) -> None:
    async def main() -> tuple[float, float]:
        async with connected(toxic(BANDWIDTH, rate=20_000, direction=_UP)) as (_, near, far):
            near[1].write(bytes(3_000))
            near[1].write(bytes(1_000))
            half, _ = await elapsed(far[0].readexactly(2_000))
            rest, _ = await elapsed(far[0].readexactly(2_000))
            return half, half + rest

    half, whole = run(world, main)
    took(world, half, 0.1)
    took(world, whole, 0.2)


def test_an_idle_line_saves_nothing_up(world: World) -> None:
    async def main() -> float:
        async with connected(toxic(BANDWIDTH, rate=10_000, direction=_UP)) as (_, near, far):
            await asyncio.sleep(0.2)
            near[1].write(bytes(1_000))
            return (await elapsed(far[0].readexactly(1_000)))[0]

    took(world, run(world, main), 0.1)


def test_the_end_comes_after_the_bytes_on_a_thin_line(world: World) -> None:
    async def main() -> tuple[float, bytes]:
        async with connected(toxic(BANDWIDTH, rate=10_000, direction=_UP)) as (_, near, far):
            near[1].write(bytes(1_000))
            near[1].write_eof()
            return await elapsed(far[0].read())

    seconds, data = run(world, main)
    took(world, seconds, 0.1)
    assert len(data) == 1_000


def test_a_close_is_late_and_the_bytes_before_it_are_not(world: World) -> None:
    async def main() -> tuple[float, float]:
        async with connected(toxic(SLOW_CLOSE, delay=0.1, direction=_UP)) as (_, near, far):
            near[1].write(b"bye")
            near[1].write_eof()
            said, _ = await elapsed(far[0].readexactly(3))
            ended, _ = await elapsed(far[0].read())
            return said, said + ended

    said, ended = run(world, main)
    took(world, said, 0.0)
    took(world, ended, 0.1)


class Slices(asyncio.Protocol):
    """What arrives at once, piece by piece, with the instants."""

    def __init__(self, size: int) -> None:
        self._left = size
        self._loop = asyncio.get_running_loop()
        self.pieces: list[tuple[float, int]] = []
        self.whole = self._loop.create_future()

    def data_received(self, data: bytes) -> None:
        self.pieces.append((self._loop.time(), len(data)))
        self._left -= len(data)
        if self._left == 0:
            self.whole.set_result(None)


async def _sliced(size: int, **parameters: Any) -> list[tuple[float, int]]:
    """A message of `size` bytes as a client gets it."""
    async with pair(toxic(SLICER, **parameters)) as both:
        loop = asyncio.get_running_loop()
        transport, client = await loop.create_connection(lambda: Slices(size), both.relay.host, both.relay.port)
        _, writer = await both.accepted()
        writer.write(bytes(size))
        await client.whole
        transport.close()
        return client.pieces


def test_slices_have_the_average_size_and_come_apart(world: World) -> None:
    pieces = run(world, lambda: _sliced(1_000, average_size=100, delay=0.01))
    took(world, pieces[-1][0] - pieces[0][0], 0.09 if world is World.VIRTUAL else 0.0)
    assert sum(size for _, size in pieces) == 1_000
    if world is World.VIRTUAL:  # on a real socket, slices may be read together
        assert [size for _, size in pieces] == [100] * 10


def test_a_message_in_slices_takes_a_delay_for_each(world: World) -> None:
    async def main() -> float:
        async with connected(toxic(SLICER, average_size=10, delay=0.005)) as (_, near, far):
            far[1].write(bytes(200))
            return (await elapsed(near[0].readexactly(200)))[0]

    took(world, run(world, main), 19 * 0.005)


def test_slices_vary_within_their_bounds() -> None:
    pieces = run(World.VIRTUAL, lambda: _sliced(5_000, average_size=50, size_variation=20, delay=0.001))
    sizes = [size for _, size in pieces[:-1]]
    assert min(sizes) >= 30
    assert max(sizes) <= 70
    assert len(set(sizes)) > 10
    assert all(later - earlier == pytest.approx(0.001) for (earlier, _), (later, _) in pairwise(pieces))


_CHAINS = st.lists(
    st.one_of(
        st.builds(lambda n, j: toxic(LATENCY, n, latency=0.002, jitter=j), st.text(max_size=5), st.floats(0, 0.002)),
        st.builds(lambda n, r: toxic(BANDWIDTH, n, rate=r), st.text(max_size=5), st.integers(100_000, 10_000_000)),
        st.builds(
            lambda n, s, v: toxic(SLICER, n, average_size=s, size_variation=v, delay=0.0001),
            st.text(max_size=5),
            st.integers(100, 1000),
            st.integers(0, 2000),
        ),
        st.builds(lambda n: toxic(SLOW_CLOSE, n, delay=0.002), st.text(max_size=5)),
    ),
    max_size=5,
    unique_by=lambda chosen: chosen.name,
)


@settings(max_examples=30)
@given(st.sampled_from(World), _CHAINS, st.lists(st.binary(min_size=1, max_size=3_000), max_size=8))
def test_any_chain_delivers_every_byte_in_order(world: World, chain: list[Toxic], pieces: list[bytes]) -> None:
    async def main() -> bytes:
        async with connected(*chain) as (_, near, far):
            for piece in pieces:
                far[1].write(piece)
                await asyncio.sleep(0)
            far[1].write_eof()
            return await near[0].read()

    assert run(world, main) == b"".join(pieces)
