"""The generated pages are what the code says now."""

from itertools import pairwise
from pathlib import Path

import pytest

from harness.handbook.pages import PAGES, stale

DOCS = Path(__file__).parents[3] / "docs"


def test_the_generated_pages_are_fresh() -> None:
    assert stale(DOCS) == [], "run `make docs`"


@pytest.mark.parametrize("name", sorted(name for name in PAGES if name.endswith(".md")))
def test_a_page_has_a_title_and_no_broken_table(name: str) -> None:
    lines = PAGES[name]().splitlines()
    assert lines[0].startswith("# ")
    for above, below in pairwise(lines):
        if above.startswith("|") and below.startswith("|"):
            assert above.replace("\\|", "").count("|") == below.replace("\\|", "").count("|")
