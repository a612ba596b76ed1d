"""Delta debugging leaves exactly what it takes."""

from collections.abc import Sequence

import pytest

from harness.explore.ddmin import ddmin


@pytest.mark.parametrize("needed", [(), (3,), (0, 19), (2, 3, 11)])
def test_what_is_needed_is_left_and_nothing_else(needed: tuple[int, ...]) -> None:
    assert ddmin(range(20), lambda items: set(needed) <= set(items)) == needed


def test_no_single_item_can_be_left_out() -> None:
    def fails(items: Sequence[int]) -> bool:
        return sum(items) >= 30

    left = ddmin(range(12), fails)
    assert fails(left)
    assert not any(fails(tuple(item for item in left if item != out)) for out in left)


def test_one_that_gives_up_keeps_what_was_reached() -> None:
    asked = 0

    def fails(items: Sequence[int]) -> bool:
        nonlocal asked
        asked += 1
        return asked <= 3 and 5 in items

    assert 5 in ddmin(range(16), fails)
