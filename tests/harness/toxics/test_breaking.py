"""What no longer gets through, and how it ends: timeout, reset, limit_data, half_open, partition, down, the door."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.toxics.down import DOWN
from harness.toxics.half_open import HALF_OPEN
from harness.toxics.latency import LATENCY
from harness.toxics.limit_data import LIMIT_DATA
from harness.toxics.partition import PARTITION
from harness.toxics.reset_peer import RESET_PEER
from harness.toxics.slow_accept import SLOW_ACCEPT
from harness.toxics.timeout import TIMEOUT
from harness.toxics.toxic import Direction
from tests.harness.toxics.test_pacing import took
from tests.harness.toxics.worlds import World, connected, elapsed, pair, run, toxic

_UP, _DOWN = Direction.UP, Direction.DOWN


async def silent(reader: asyncio.StreamReader, seconds: float = 0.1) -> bool:
    """Whether nothing comes, neither bytes nor an end."""
    try:
        async with asyncio.timeout(seconds):
            await reader.read(1)
    except TimeoutError:
        return True
    return False


def test_a_timeout_lets_nothing_through_and_then_closes(world: World) -> None:
    async def main() -> tuple[float, bytes, bytes]:
        async with connected(toxic(TIMEOUT, timeout=0.1)) as (_, near, far):
            far[1].write(b"never seen")
            near[1].write(b"seen")
            asked = await far[0].readexactly(4)
            seconds, answer = await elapsed(near[0].read())
            assert await far[0].read() == b""
            return seconds, asked, answer

    seconds, asked, answer = run(world, main)
    assert (asked, answer) == (b"seen", b"")
    if world is World.VIRTUAL:
        took(world, seconds, 0.1)


def test_a_timeout_of_zero_never_closes_and_delivers_when_it_leaves(world: World) -> None:
    async def main() -> tuple[bool, bytes]:
        async with connected(toxic(TIMEOUT, timeout=0)) as (both, near, far):
            far[1].write(b"held")
            quiet = await silent(near[0])
            both.relay.remove("timeout")
            return quiet, await near[0].readexactly(4)

    assert run(world, main) == (True, b"held")


def test_a_reset_comes_at_its_time_on_both_sides_and_all_passes_until_then(world: World) -> None:
    async def main() -> tuple[bytes, float]:
        async with connected(toxic(RESET_PEER, timeout=0.1)) as (_, near, far):
            near[1].write(b"hello")
            heard = await far[0].readexactly(5)

            async def reset() -> None:
                with pytest.raises(ConnectionResetError):
                    await near[0].read()

            seconds, _ = await elapsed(reset())
            with pytest.raises(ConnectionResetError):
                await far[0].read()
            return heard, seconds

    heard, seconds = run(world, main)
    assert heard == b"hello"
    if world is World.VIRTUAL:
        took(world, seconds, 0.1)


def test_a_reset_at_once_comes_before_any_byte(world: World) -> None:
    async def main() -> dict[str, int]:
        async with pair(toxic(RESET_PEER)) as both:
            reader, writer = await both.connect()
            writer.write(b"hello")
            with pytest.raises(ConnectionResetError):
                await reader.read()
            return dict(both.relay.counters)

    counters = run(world, main)
    assert counters.get("up", 0) == 0
    assert counters["affected.reset_peer"] == 1


@pytest.mark.parametrize("limit", [0, 1, 999, 1_000, 1_001, 2_500])
def test_exactly_so_many_bytes_pass_before_the_end(world: World, limit: int) -> None:
    async def main() -> int:
        async with connected(toxic(LIMIT_DATA, bytes=limit)) as (_, near, far):
            for _ in range(3):
                far[1].write(bytes(1_000))
                await asyncio.sleep(0)
            return len(await near[0].read())

    assert run(world, main) == limit


def test_the_last_byte_of_the_limit_is_followed_by_the_end_at_once(world: World) -> None:
    async def main() -> int:
        async with connected(toxic(LIMIT_DATA, bytes=10)) as (_, near, far):
            far[1].write(bytes(10))
            return len(await near[0].read())

    assert run(world, main) == 10


@settings(max_examples=30)
@given(st.sampled_from(World), st.integers(0, 5_000), st.lists(st.binary(min_size=1, max_size=2_000), min_size=1))
def test_a_limit_cuts_any_stream_at_its_byte(world: World, limit: int, pieces: list[bytes]) -> None:
    whole = b"".join(pieces)

    async def main() -> bytes:
        async with connected(toxic(LIMIT_DATA, bytes=limit), toxic(LATENCY, latency=0.001)) as (_, near, far):
            for piece in pieces:
                far[1].write(piece)
            far[1].write_eof()
            return await near[0].read()

    assert run(world, main) == whole[:limit]


def test_a_half_open_connection_swallows_bytes_and_ends_and_is_reset_when_it_heals(world: World) -> None:
    async def main() -> tuple[bool, bool]:
        async with connected() as (both, near, far):
            both.relay.add(toxic(HALF_OPEN))
            near[1].write(b"swallowed")
            near[1].write_eof()
            far[1].write(b"swallowed")
            quiet = await silent(far[0]), await silent(near[0])
            both.relay.remove("half_open")
            for reader in (near[0], far[0]):
                with pytest.raises(ConnectionResetError):
                    await reader.read()
            return quiet

    assert run(world, main) == (True, True)


def test_a_half_open_connection_hides_a_reset(world: World) -> None:
    async def main() -> bool:
        async with connected(toxic(HALF_OPEN, direction=_DOWN)) as (_, near, far):
            near[1].write(b"heard")
            await far[0].readexactly(5)
            far[1].transport.abort()
            return await silent(near[0])

    assert run(world, main)


@pytest.mark.parametrize("direction", list(Direction))
def test_a_partition_holds_bytes_and_ends_until_it_heals(world: World, direction: Direction) -> None:
    async def main() -> tuple[bool, bool, bytes, bytes]:
        async with connected() as (both, near, far):
            both.relay.add(toxic(PARTITION, direction=direction))
            for streams, text in ((near, b"up"), (far, b"down")):
                streams[1].write(text)
                streams[1].write_eof()
            quiet_up = direction.includes(_UP) and await silent(far[0])
            quiet_down = direction.includes(_DOWN) and await silent(near[0])
            both.relay.remove("partition")
            return quiet_up, quiet_down, await far[0].read(), await near[0].read()

    quiet = direction.includes(_UP), direction.includes(_DOWN)
    assert run(world, main) == (*quiet, b"up", b"down")


@pytest.mark.parametrize("direction", list(Direction))
def test_a_connection_cannot_be_opened_across_a_partition(world: World, direction: Direction) -> None:
    async def main() -> None:
        async with pair(toxic(PARTITION, direction=direction)) as both:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.2):
                    await both.connect()

    run(world, main)


def test_an_attempt_that_hung_gets_through_when_the_partition_heals(world: World) -> None:
    """On real sockets with the next SYN, one second after the first."""

    async def main() -> tuple[float, bytes, int]:
        async with pair(toxic(PARTITION)) as both:
            asyncio.get_running_loop().call_later(0.2, both.relay.clear)
            seconds, near = await elapsed(both.connect())
            near[1].write(b"x")
            far = await both.accepted()
            return seconds, await far[0].readexactly(1), both.relay.counters["accepted"]

    seconds, heard, accepted = run(world, main)
    assert (heard, accepted) == (b"x", 1)
    took(world, seconds, 0.2)


def test_an_attempt_across_a_partition_times_out_as_a_kernel_has_it() -> None:
    async def main() -> float:
        async with pair(toxic(PARTITION)) as both:

            async def attempt() -> None:
                with pytest.raises(TimeoutError):
                    await both.connect()

            return (await elapsed(attempt()))[0]

    assert run(World.VIRTUAL, main) == 127.0


def test_a_link_that_is_down_refuses_resets_and_comes_back_on_its_port(world: World) -> None:
    async def main() -> bytes:
        async with connected() as (both, near, _):
            both.relay.add(toxic(DOWN))
            with pytest.raises(ConnectionResetError):
                await near[0].read()
            with pytest.raises(ConnectionRefusedError):
                await both.connect()
            both.relay.remove("down")
            again, far = await both.both()
            again[1].write(b"back")
            return await far[0].readexactly(4)

    assert run(world, main) == b"back"


def test_a_link_can_be_down_for_new_connections_only(world: World) -> None:
    async def main() -> bytes:
        async with connected() as (both, near, far):
            both.relay.add(toxic(DOWN, reset=False))
            with pytest.raises(ConnectionRefusedError):
                await both.connect()
            near[1].write(b"on")
            return await far[0].readexactly(2)

    assert run(world, main) == b"on"


def test_a_connection_opens_late_by_exactly_the_delay_in_virtual_time() -> None:
    async def main() -> float:
        async with pair(toxic(SLOW_ACCEPT, delay=3.0)) as both:
            return (await elapsed(both.connect()))[0]

    assert run(World.VIRTUAL, main) == 3.0


def test_nothing_is_relayed_before_a_slow_accept_is_over(world: World) -> None:
    async def main() -> float:
        async with pair(toxic(SLOW_ACCEPT, delay=0.1, first_byte=0.1)) as both:

            async def ask() -> None:
                near = await both.connect()
                near[1].write(b"x")
                far = await both.accepted()
                await far[0].readexactly(1)

            return (await elapsed(ask()))[0]

    took(world, run(world, main), 0.2)


def test_a_slow_accept_holds_up_those_behind(world: World) -> None:
    """On real sockets the third finds the queue full, and its SYN is dropped."""

    async def main() -> bool:
        async with pair(toxic(SLOW_ACCEPT, delay=0.5)) as both:
            try:
                async with asyncio.timeout(0.2):
                    await asyncio.gather(*(both.connect() for _ in range(3)))
            except TimeoutError:
                return True
            return False

    assert run(world, main)
