"""What a form says: sizes as people write them."""

import pytest

from harness.sandbox.forms import size_of
from harness.sandbox.named import CannotBreak


@pytest.mark.parametrize(("text", "size"), [("1", 1), (" 1073741824 ", 1 << 30), ("2 GiB", 2 << 30), ("", 1 << 30)])
def test_a_size_is_a_number_of_bytes_or_has_a_unit(text: str, size: int) -> None:
    assert size_of({"size": text}) == size


@pytest.mark.parametrize("text", ["0", "-1", "9" * 5000, "1 ell", "1.5", "²"])
def test_any_other_size_is_refused_and_named(text: str) -> None:
    with pytest.raises(CannotBreak, match="size: "):
        size_of({"size": text})
