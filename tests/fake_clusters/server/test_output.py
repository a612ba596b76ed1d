"""Spoiled output is a pure function of the plan and the coordinate."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.chance import Chance
from fake_clusters.plans import OutputPlan
from fake_clusters.server.output import Drip, noise, spoil

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
    noisy = spoil(data, OutputPlan(extra=extra), CHANCE, 1)
    assert len(noisy) == len(data) + extra
    assert noisy.endswith(data)
    assert all(byte == 0x0A or 0x20 <= byte < 0x7F for byte in noisy[:extra])


def test_the_same_coordinate_gives_the_same_bytes_and_another_gives_others() -> None:
    plan = OutputPlan(garble=0.2, extra=100)
    data = bytes(1000)
    assert spoil(data, plan, CHANCE, 1, 2) == spoil(data, plan, CHANCE, 1, 2)
    assert spoil(data, plan, CHANCE, 1, 2) != spoil(data, plan, CHANCE, 1, 3)
    assert noise(CHANCE, 50, 1) != noise(Chance(8, "north", "server.noise"), 50, 1)


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

    Drip(loop, data, rate, write, lambda: done.set_result(None))
    await done
    assert bytes(sent) == data


async def test_a_drip_that_is_stopped_sends_nothing_more() -> None:
    loop = asyncio.get_running_loop()
    sent: list[bytes] = []
    drip = Drip(loop, bytes(100), 1000.0, sent.append, lambda: sent.append(b"done"))
    drip.stop()
    await asyncio.sleep(0.05)
    assert sent == []
