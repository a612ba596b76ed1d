"""Another version of Python plays the same history, byte for byte."""

import pytest

from tests.harness.virtual.dumped import SSH, STORMY, dumped, dumped_by
from tests.harness.virtual.interpreters import others

_NAMES = (STORMY, SSH)


def test_every_python_at_hand_plays_the_same_bytes() -> None:
    pythons = others()
    if not pythons:
        pytest.skip(
            "no other version of Python is ready: run `make pythons`; test_golden.py holds this one to the digests"
        )
    here = [dumped(name) for name in _NAMES]
    for version, python in pythons.items():
        assert dumped_by(python, *_NAMES, hash_seed="7") == here, f"Python {version}"
