"""What a size that is shown says of the one that was asked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.processor.sizes import LARGEST_STEP, is_reached, is_rounded

MIB, GIB = 1 << 20, 1 << 30
SIZES = st.integers(1, 1 << 45)


@given(asked=SIZES, step=st.integers(0, 30).map(lambda power: 1 << power))
def test_what_an_array_rounds_up_to_a_step_is_told_whatever_the_step(asked: int, step: int) -> None:
    assert is_rounded(asked, -(-asked // step) * step)


@given(asked=SIZES, shown=SIZES)
def test_what_is_told_as_rounded_is_no_smaller_and_less_than_the_largest_step_away(asked: int, shown: int) -> None:
    assert not is_rounded(asked, shown) or asked <= shown < asked + LARGEST_STEP


@pytest.mark.parametrize(
    ("asked", "shown"), [(1000, 999), (1000, 2000), (GIB, 2 * GIB), (GIB, 5 * GIB), (1_000_000_000, GIB + 1), (1000, 0)]
)
def test_a_size_that_no_step_explains_is_not_rounded(asked: int, shown: int) -> None:
    assert not is_rounded(asked, shown)


@pytest.mark.parametrize(
    ("before", "asked", "shown", "reached"),
    [
        (10, 20, 20, True),
        (10, 20, 24, True),
        (10, 20, 10, False),
        (20, 10, 10, True),
        (20, 10, 12, True),
        (20, 10, 20, False),
        (20, 10, 30, False),
        (20, 10, 9, False),
        (10, 10, 10, True),
    ],
)
def test_a_resize_came_about_where_the_share_is_as_large_as_asked_and_a_smaller_one_has_shrunk(
    before: int, asked: int, shown: int, reached: bool
) -> None:
    assert is_reached(before, asked, shown) is reached
