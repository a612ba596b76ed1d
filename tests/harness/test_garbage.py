"""How often a run looks for garbage, and that it leaves the process as it was."""

import gc

import pytest

from harness.garbage import rarely_collected


def test_collections_are_rarer_for_as_long_as_it_lasts() -> None:
    usual = gc.get_threshold()
    with rarely_collected():
        assert gc.get_threshold()[0] > usual[0]
    assert gc.get_threshold() == usual


def test_a_run_that_fails_leaves_the_setting_as_it_was() -> None:
    usual = gc.get_threshold()
    with pytest.raises(ValueError, match="broken"), rarely_collected():
        raise ValueError("broken")
    assert gc.get_threshold() == usual


def test_one_within_another_leaves_the_setting_as_it_was() -> None:
    usual = gc.get_threshold()
    with rarely_collected(), rarely_collected():
        pass
    assert gc.get_threshold() == usual
