"""Histories are what they were when they were last looked at, whatever Python and whatever releases play them."""

import pytest

from connector.values import replace
from tests.harness.virtual.golden import NAMES, Golden, arithmetic, digest


@pytest.fixture(scope="module")
def kept() -> Golden:
    return Golden.kept()


@pytest.mark.parametrize("name", NAMES)
def test_a_history_is_to_the_byte_what_it_was(name: str, kept: Golden) -> None:
    if arithmetic() != kept.made_with["arithmetic"]:
        pytest.skip("this machine rounds the last digit of logarithms otherwise than that which wrote the digests")
    assert digest(name) == kept.digests[name], (
        f"the history of {name} has changed. Not as it was when the digests were written: {kept.other_here()}. "
        "Where the change is meant, `make golden` writes them anew"
    )


def test_the_digests_name_what_is_other_here(kept: Golden) -> None:
    older = replace(kept, made_with={**kept.made_with, "simpy": "0.1"})
    assert "simpy 0.1 -> " in older.other_here()
