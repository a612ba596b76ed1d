"""The same scenario and seed give the same history, byte for byte: again, elsewhere, and whatever strings hash to."""

import asyncio
import sys

import pytest

from harness.virtual.runner import VirtualRunner
from tests.harness.virtual.dumped import SSH, STORMY, dumped, dumped_by, stormy

pytestmark = pytest.mark.xdist_group("determinism")  # what they share is made once


@pytest.fixture(scope="module")
def here() -> list[bytes]:
    return [dumped(STORMY), dumped(SSH)]


@pytest.mark.parametrize("hash_seed", ["4242", pytest.param("0", marks=pytest.mark.soak)])
def test_another_process_gives_the_same_bytes(here: list[bytes], hash_seed: str) -> None:
    assert dumped_by(sys.executable, STORMY, SSH, hash_seed=hash_seed) == here


def test_a_run_leaves_nothing_behind_that_the_next_one_notices(here: list[bytes]) -> None:
    VirtualRunner().run_now(stormy(), seed=12)
    assert dumped(STORMY) == here[0]


def test_another_seed_gives_another_history() -> None:
    one, other = (VirtualRunner().run_now(stormy(), seed=seed).history for seed in (11, 12))
    assert [row.at for row in one.effects] != [row.at for row in other.effects]


def test_a_run_in_a_thread_is_the_run_in_this_one() -> None:
    there = asyncio.run(VirtualRunner().run(stormy(), seed=11))
    assert there == VirtualRunner().run_now(stormy(), seed=11)
