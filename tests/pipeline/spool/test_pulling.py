"""A pull that nobody ends is given up, and a bad message is no message."""

import asyncio
from collections.abc import Sequence

import pytest

from pipeline.record import Message
from pipeline.spool.pulling import PullStalledError, pull
from pipeline.spool.wire import decode, encode


async def test_a_pull_that_outlasts_its_own_timeout_is_given_up() -> None:
    async def stalls(_batch: int, _timeout: float) -> Sequence[int]:
        await asyncio.Event().wait()
        raise AssertionError

    with pytest.raises(PullStalledError):
        await pull(stalls, 0.01, spare=0.01)


async def test_a_pull_that_finds_nothing_in_time_gives_nothing() -> None:
    async def finds_nothing(_batch: int, _timeout: float) -> Sequence[int]:
        raise TimeoutError

    assert await pull(finds_nothing, 0.0) is None


async def test_one_message_is_asked_for_at_a_time() -> None:
    asked: list[tuple[int, float]] = []

    async def fetch(batch: int, timeout: float) -> Sequence[str]:
        asked.append((batch, timeout))
        return ["it"]

    assert await pull(fetch, 0.5) == "it"
    assert asked == [(1, 0.5)]


def test_a_message_comes_through_as_it_was() -> None:
    message = Message(number=12, share="01-ä", generation=3)
    assert decode(encode(message)) == message


@pytest.mark.parametrize(
    "data",
    [b"", b"nonsense", b"[]", b"3", b"\xff", b'{"number": 1}', b'{"number": "1", "share": "x", "generation": 1}'],
)
def test_what_no_relay_wrote_is_no_message(data: bytes) -> None:
    assert decode(data) is None
