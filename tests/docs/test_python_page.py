"""The page on the Python API has every name that `import spoolproof` offers."""

import re
from pathlib import Path

import spoolproof

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "python.md").read_text(encoding="utf-8")


def test_the_page_has_every_public_name() -> None:
    assert sorted(re.findall(r"^\.\. auto\w+:: (\w+)", PAGE, re.MULTILINE)) == sorted(spoolproof.__all__)
