"""The page on the protocol says what the code does."""

import re
from pathlib import Path

from pipeline.states import LEGAL

PAGE = (Path(__file__).parents[2] / "docs" / "explanation" / "protocol.md").read_text(encoding="utf-8")


def test_the_page_has_the_moves_that_a_record_may_make() -> None:
    rows = re.findall(r"^\| (no record|`\w+`) \| [^|]* \| ([^|]*) \|$", PAGE, re.MULTILINE)
    told = {state.strip("`"): {target.strip("`") for target in targets.split(", ")} for state, targets in rows}
    assert told == {
        (before or "no record"): {after or "no record" for after in targets} for before, targets in LEGAL.items()
    }
