"""A run takes as many files as it may have, and does not begin with too few."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
ALLOW = """
import resource
from harness.errors import WorldError
from harness.live.open_files import allow_open_files

resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))
try:
    allow_open_files()
    print(*resource.getrlimit(resource.RLIMIT_NOFILE))
except WorldError as error:
    print(error)
"""


@pytest.mark.parametrize(
    ("soft", "hard", "said"),
    [
        (24, 300, "300 300"),
        (256, 256, "256 256"),
        (24, 255, "this process may open only 255 files, and a live run needs 256: raise `ulimit -Hn`"),
    ],
)
def test_the_limit_is_raised_as_far_as_it_may_be_and_too_low_a_one_refused(soft: int, hard: int, said: str) -> None:
    """In a process of its own: a limit that was lowered for good is."""
    code = ALLOW.format(soft=soft, hard=hard)
    done = subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, text=True, timeout=60)
    assert done == said + "\n"
