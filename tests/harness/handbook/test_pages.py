"""The generated pages are what the code says now."""

from itertools import pairwise
from pathlib import Path

import pytest

from harness.handbook.pages import PAGES, stale, write

DOCS = Path(__file__).parents[3] / "docs"


def test_the_generated_pages_are_fresh() -> None:
    assert stale(DOCS) == [], "run `make docs`"


def test_no_page_is_written_when_one_cannot_be_made(tmp_path: Path) -> None:
    def fails() -> str:
        raise TypeError("no words")

    with pytest.raises(TypeError, match="no words") as caught:
        write(tmp_path, {"first.md": lambda: "# First\n", "second.md": fails})
    assert caught.value.__notes__ == ["docs/second.md cannot be made; no page was written"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", sorted(name for name in PAGES if name.endswith(".md")))
def test_a_page_has_a_title_and_no_broken_table(name: str) -> None:
    lines = PAGES[name]().splitlines()
    assert lines[0].startswith("# ")
    for above, below in pairwise(lines):
        if above.startswith("|") and below.startswith("|"):
            assert above.replace("\\|", "").count("|") == below.replace("\\|", "").count("|")
