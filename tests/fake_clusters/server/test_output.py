"""Spoiled output is a pure function of the plan and the coordinate."""

import asyncio
import tracemalloc
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.chance import Chance
from connector.values import replace
from fake_clusters.plans import OutputPlan
from fake_clusters.server.output import Outflow, Source, noise, note_spoiled, pieces, source_of, spoil

CHANCE = Chance(7, "north", "server.noise")


@given(st.binary(max_size=300))
def test_an_undisturbed_plan_changes_nothing(data: bytes) -> None:
    assert spoil(data, OutputPlan(), CHANCE, 1) == data


@given(st.binary(max_size=300), st.floats(0.0, 1.0))
def test_a_truncated_reply_is_a_part_from_its_beginning(data: bytes, keep: float) -> None:
    kept = spoil(data, OutputPlan(keep=keep), CHANCE, 1)
    assert data.startswith(kept)
    assert len(kept) == int(len(data) * keep)


@given(st.binary(min_size=1, max_size=300), st.floats(0.001, 1.0))
def test_a_garbled_reply_has_its_length_and_so_many_other_bytes(data: bytes, fraction: float) -> None:
    garbled = spoil(data, OutputPlan(garble=fraction), CHANCE, 1)
    assert len(garbled) == len(data)
    assert sum(a != b for a, b in zip(garbled, data, strict=True)) == max(1, round(len(data) * fraction))


@given(st.binary(max_size=50), st.integers(1, 5000))
def test_noise_comes_before_the_reply_and_is_printable(data: bytes, extra: int) -> None:
    noisy = source_of(data, OutputPlan(extra=extra), CHANCE, 1).rest()
    assert len(noisy) == len(data) + extra
    assert noisy.endswith(data)
    assert all(byte == 0x0A or 0x20 <= byte < 0x7F for byte in noisy[:extra])


def test_the_same_coordinate_gives_the_same_bytes_and_another_gives_others() -> None:
    plan = OutputPlan(garble=0.2, extra=100)
    data = bytes(1000)
    one, same, other = (source_of(data, plan, CHANCE, *where).rest() for where in ((1, 2), (1, 2), (1, 3)))
    assert one == same
    assert one != other
    assert noise(CHANCE, 50, 1) != noise(Chance(8, "north", "server.noise"), 50, 1)


@pytest.mark.parametrize(
    ("stdout", "stderr", "plan", "noted"),
    [
        (b"", b"", OutputPlan(keep=0.5, garble=0.5, rate=10.0), []),
        (b"a", b"", OutputPlan(keep=1.0), []),
        (b"", b"ab", OutputPlan(keep=0.5), ["keep"]),
        (b"", b"", OutputPlan(extra=1), ["extra"]),
        (b"ab", b"", OutputPlan(garble=0.5, rate=10.0), ["garble", "rate"]),
        (b"ab", b"", OutputPlan(keep=0.0, garble=0.5, rate=10.0), ["keep"]),
    ],
)
def test_only_what_makes_a_difference_to_the_reply_is_noted(
    stdout: bytes, stderr: bytes, plan: OutputPlan, noted: list[str]
) -> None:
    seen: list[tuple[float, str]] = []

    def note(at: float, *fields: str) -> None:
        seen.extend((at, field) for field in fields)

    note_spoiled(replace(plan, note=note), 2.5, stdout, stderr)
    assert seen == [(2.5, field) for field in noted]


@given(st.integers(1, 3000), st.floats(0.5, 5000.0))
def test_the_pieces_of_a_drip_are_no_faster_than_its_rate_and_end_with_the_whole(size: int, rate: float) -> None:
    out = list(pieces(7.0, size, rate))
    assert out[-1][1] == size
    assert all(sent <= (at - 7.0) * rate + 1e-5 for at, sent in out)
    assert out[-1][0] - 7.0 <= size / rate + max(0.02, 1.0 / rate) + 1e-6


@pytest.mark.parametrize(("size", "rate"), [(1, 1000.0), (40, 400.0), (1000, 20000.0)])
async def test_a_drip_sends_everything_in_order_and_no_faster_than_its_rate(size: int, rate: float) -> None:
    loop = asyncio.get_running_loop()
    data = bytes(number % 256 for number in range(size))
    sent = bytearray()
    done = loop.create_future()
    began = loop.time()

    def write(piece: bytes) -> None:
        sent.extend(piece)
        assert len(sent) <= (loop.time() - began) * rate + 1

    Outflow(loop, Source(data), rate, write=write, unsent=lambda: 0, done=lambda: done.set_result(None)).start()
    await done
    assert bytes(sent) == data


class Sink:
    """Takes what is written, and counts it by turn of the loop."""

    def __init__(self) -> None:
        self.taken = 0
        self.largest = 0
        self.unsent = 0
        self.done = asyncio.get_running_loop().create_future()
        self._turn = 0

    def write(self, piece: bytes) -> None:
        self.taken += len(piece)
        if not self._turn:
            asyncio.get_running_loop().call_soon(self._over)
        self._turn += len(piece)
        self.largest = max(self.largest, self._turn)

    def _over(self) -> None:
        self._turn = 0

    def flood(self, size: int, rate: float | None = None) -> Outflow:
        source = source_of(b"the reply", OutputPlan(extra=size), CHANCE, 1)
        loop = asyncio.get_running_loop()
        flood = Outflow(
            loop, source, rate, write=self.write, unsent=lambda: self.unsent, done=lambda: self.done.set_result(None)
        )
        flood.start()
        return flood


@pytest.mark.parametrize("rate", [None, 1e9])
async def test_a_flood_leaves_others_their_turn_and_takes_no_memory_of_its_size(rate: float | None) -> None:
    tracemalloc.start()
    try:
        sink = Sink()
        sink.flood(200_000_000, rate)
        await sink.done
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert sink.taken == 200_000_000 + len(b"the reply")
    assert sink.largest <= 512 * 1024
    assert peak < 2_000_000


async def test_a_flood_waits_while_it_is_held_and_goes_on_where_it_was() -> None:
    sink = Sink()
    flood = sink.flood(10_000_000)
    flood.hold()
    before = sink.taken
    await asyncio.sleep(0.05)
    assert sink.taken == before
    flood.resume()
    await sink.done
    assert sink.taken == 10_000_000 + len(b"the reply")


async def test_a_flood_waits_for_a_network_that_takes_nothing() -> None:
    sink = Sink()
    sink.unsent = 2_000_000
    sink.flood(10_000_000)
    await asyncio.sleep(0.05)
    assert sink.taken == 0
    sink.unsent = 0
    await sink.done


async def test_a_reply_of_megabytes_is_garbled_at_once() -> None:
    data = bytes(4 << 20)
    began = process_time()
    garbled = spoil(data, OutputPlan(garble=0.2), CHANCE, 1)
    assert process_time() - began < 0.5
    assert 0.19 < sum(map(bool, garbled)) / len(data) < 0.21


@pytest.mark.parametrize("rate", [None, 1000.0])
async def test_an_outflow_that_is_stopped_sends_nothing_more(rate: float | None) -> None:
    sink = Sink()
    flood = sink.flood(10_000_000, rate)
    flood.stop()
    before = sink.taken
    await asyncio.sleep(0.05)
    assert sink.taken == before
    assert not sink.done.done()
