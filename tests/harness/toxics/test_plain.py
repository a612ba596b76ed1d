"""A relay without toxics is a wire: every byte, every end, both ways; nothing stays open behind it."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.toxics.relay import Relay
from tests.harness.toxics.worlds import World, connected, pair, run


def test_bytes_and_ends_pass_both_ways(world: World) -> None:
    async def main() -> tuple[bytes, bytes]:
        async with connected() as (_, (reader, writer), (far_reader, far_writer)):
            writer.write(b"question")
            writer.write_eof()
            asked = await far_reader.read()
            far_writer.write(b"answer")
            far_writer.write_eof()
            return asked, await reader.read()

    assert run(world, main) == (b"question", b"answer")


def test_a_reset_passes_to_the_other_side(world: World) -> None:
    async def main() -> None:
        async with connected() as (pair, (_, writer), (far_reader, _)):
            pair.relay.reset_all()
            with pytest.raises(ConnectionResetError):
                await far_reader.read()
            writer.close()

    run(world, main)


def test_an_upstream_that_refuses_is_a_reset_and_is_counted(world: World) -> None:
    async def main() -> dict[str, int]:
        async with pair() as both:
            host, port = both.relay.host, both.relay.port
        async with Relay(host, port, link="test", seed=1) as relay:
            reader, writer = await asyncio.open_connection(relay.host, relay.port)
            with pytest.raises(ConnectionResetError):
                await reader.read()
            writer.close()
            return dict(relay.counters)

    assert run(world, main) == {"accepted": 1, "unreachable": 1}


def test_connections_and_bytes_are_counted(world: World) -> None:
    async def main() -> tuple[int, int, dict[str, int]]:
        async with connected() as (both, (reader, writer), (far_reader, far_writer)):
            writer.write(b"12345")
            await far_reader.readexactly(5)
            far_writer.write(b"123")
            await reader.readexactly(3)
            open_then = both.relay.connections
            writer.close()
            far_writer.close()
            await far_reader.read()
            await reader.read()
            while both.relay.connections:
                await asyncio.sleep(0.001)
            return open_then, both.relay.connections, dict(both.relay.counters)

    assert run(world, main) == (1, 0, {"accepted": 1, "up": 5, "down": 3})


def test_a_reader_that_stands_still_holds_the_writer_up(world: World) -> None:
    size = 30_000_000

    async def main() -> tuple[bool, int]:
        async with connected() as (both, (_, writer), (far_reader, _)):
            writer.write(bytes(size))
            try:
                async with asyncio.timeout(0.3):
                    await writer.drain()
            except TimeoutError:
                held_up = both.relay.counters["up"] < size
            else:
                held_up = False
            got = len(await far_reader.readexactly(size))
            await writer.drain()
            return held_up, got

    assert run(world, main) == (True, size)


def test_leaving_resets_what_is_open_and_gives_the_port_up(world: World) -> None:
    async def main() -> int:
        async with pair() as both:
            async with Relay(both.relay.host, both.relay.port, link="outer", seed=1) as relay:
                host, port = relay.host, relay.port
                reader, writer = await asyncio.open_connection(host, port)
                await both.accepted()
            with pytest.raises(ConnectionResetError):
                await reader.read()
            writer.close()
            with pytest.raises(ConnectionRefusedError):
                await asyncio.open_connection(host, port)
            return relay.connections

    assert run(world, main) == 0


def test_an_error_in_the_body_comes_out_as_it_is(world: World) -> None:
    async def main() -> None:
        async with connected():
            raise LookupError

    with pytest.raises(LookupError):
        run(world, main)


@settings(max_examples=25)
@given(st.sampled_from(World), st.lists(st.binary(min_size=1, max_size=70_000), max_size=8))
def test_any_pieces_arrive_whole_and_in_order(world: World, pieces: list[bytes]) -> None:
    async def main() -> bytes:
        async with connected() as (_, (_, writer), (far_reader, _)):
            for piece in pieces:
                writer.write(piece)
            writer.write_eof()
            return await far_reader.read()

    assert run(world, main) == b"".join(pieces)
