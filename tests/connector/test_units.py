"""Durations and sizes are read as people write them, and anything else is refused with what is accepted."""

import contextlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from connector.units import Duration, Size, parse_duration, parse_size


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        (1.5, 1.5),
        (0, 0.0),
        ("200ms", 0.2),
        ("1.5s", 1.5),
        ("2m", 120.0),
        ("1h", 3600.0),
        ("1 d", 86400.0),
        ("50us", 50e-6),
    ],
)
def test_a_duration_is_seconds_or_a_text_with_a_unit(written: object, seconds: float) -> None:
    assert parse_duration(written) == pytest.approx(seconds, rel=1e-15)


@pytest.mark.parametrize(
    ("written", "size"),
    [
        (0, 0),
        (1024, 1024),
        ("10 GiB", 10 << 30),
        ("500 MB", 500_000_000),
        ("1.5KiB", 1536),
        ("7B", 7),
        ("2 tib", 2 << 40),
    ],
)
def test_a_size_is_bytes_or_a_text_with_a_unit(written: object, size: int) -> None:
    assert parse_size(written) == size


@pytest.mark.parametrize(
    "written", [-1, math.nan, math.inf, True, None, "", "5", "ms", "1 week", "-1s", "1e3s", [], "١s"]
)
def test_what_is_not_a_duration_is_refused_with_what_is_accepted(written: object) -> None:
    with pytest.raises(ValueError, match='a duration is a number of seconds, 0 or more, or a text such as "200ms"'):
        parse_duration(written)


@pytest.mark.parametrize("written", [1e308, 3650 * 86400.0 + 1, "3651d", "9" * 400 + "s"])
def test_a_duration_longer_than_anybody_waits_is_refused_with_the_longest(written: object) -> None:
    assert parse_duration("3650d") == 315_360_000.0
    with pytest.raises(ValueError, match="a duration is at most 3650d, not "):
        parse_duration(written)


@pytest.mark.parametrize("written", [-1, 1.5, True, None, "", "5", "GiB", "1 nibble", "0.3B", "-1 MB"])
def test_what_is_not_a_size_is_refused_with_what_is_accepted(written: object) -> None:
    with pytest.raises(ValueError, match="a size is a whole number of bytes"):
        parse_size(written)


@given(st.text())
def test_any_text_is_either_read_or_refused(text: str) -> None:
    for parse in (parse_duration, parse_size):
        with contextlib.suppress(ValueError):
            assert parse(text) >= 0


@given(st.integers(min_value=0, max_value=1 << 20))
def test_a_size_in_binary_units_is_exact(count: int) -> None:
    assert parse_size(f"{count} PiB") == count * 2**50


def test_the_pydantic_fields_read_the_same_and_say_so_in_their_schema() -> None:
    assert TypeAdapter(Duration).validate_python("200ms") == pytest.approx(0.2)
    assert TypeAdapter(Size).validate_python("1 KiB") == 1024
    with pytest.raises(ValidationError, match="a size is a whole number of bytes"):
        TypeAdapter(Size).validate_python("much")
    schema = TypeAdapter(Duration).json_schema()
    assert {"number", "string"} == {choice["type"] for choice in schema["anyOf"]}
