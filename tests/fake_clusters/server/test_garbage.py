"""A client that speaks anything but SSH does a front no harm."""

import asyncio
import logging
from contextlib import AsyncExitStack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.chance import Chance
from fake_clusters.server.front import SshFront
from fake_clusters.server.options import ServerOptions
from fake_clusters.server.output import noise
from tests.fake_clusters.server.conftest import Fronts

HELLO = b"SSH-2.0-fuzz\r\n"
OPTIONS = ServerOptions(anyone=True, login_grace=0.2)


async def _throw(front: SshFront, *pieces: bytes) -> None:
    """Send, and wait until the server has had enough."""
    reader, writer = await asyncio.open_connection(*front.address)
    for piece in pieces:
        writer.write(piece)
        await asyncio.sleep(0)
    try:
        writer.write_eof()
        await reader.read()
    except OSError:
        return  # a reset is an answer too
    finally:
        writer.transport.abort()


async def _still_serves(fronts: Fronts, front: SshFront) -> bool:
    return (await (await fronts.connect(front)).run("ping")).exit_status == 0


def _hostile() -> list[tuple[bytes, ...]]:
    """Random bytes of many sizes, bare and behind a good identification, and packets with false lengths."""
    chance = Chance(3, "garbage")
    random = [noise(chance, size, size) for size in (1, 7, 40, 255, 256, 5_000, 100_000)]
    lengths = [length.to_bytes(4, "big") + bytes([4, 20]) + bytes(64) for length in (0, 1, 5, 12, 35_001, 2**32 - 1)]
    return [
        *((data,) for data in random),
        *((HELLO, data) for data in random),
        *((HELLO, data) for data in lengths),
        (HELLO * 50,),
        (b"GET / HTTP/1.1\r\nHost: north\r\n\r\n",),
        (b"SSH-1.5-old\r\n",),
        (b"\n" * 10_000,),
        (b"x" * 300_000,),
        (),
    ]


async def test_hostile_bytes_leave_the_server_serving_and_quiet(
    fronts: Fronts, caplog: pytest.LogCaptureFixture
) -> None:
    front = await fronts.open(options=OPTIONS)
    with caplog.at_level(logging.WARNING):
        await asyncio.gather(*(_throw(front, *pieces) for pieces in _hostile()))
        assert await _still_serves(fronts, front)
    assert [record.getMessage() for record in caplog.records] == []


@settings(max_examples=25)
@given(visits=st.lists(st.lists(st.binary(max_size=600), max_size=4), min_size=1, max_size=6), polite=st.booleans())
def test_any_bytes_leave_the_server_serving(visits: list[list[bytes]], polite: bool) -> None:
    async def scenario() -> bool:
        async with AsyncExitStack() as stack:
            fronts = Fronts(stack, None)
            front = await fronts.open(options=OPTIONS)
            first = (HELLO,) if polite else ()
            await asyncio.gather(*(_throw(front, *first, *pieces) for pieces in visits))
            return await _still_serves(fronts, front)

    assert asyncio.run(scenario())
