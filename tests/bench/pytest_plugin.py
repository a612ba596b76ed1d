"""What the pytest plugin adds to the start of every pytest run: CPU time to import it into a process that has pytest.

`python -m tests.bench pytest_plugin` runs it.
"""

import subprocess
import sys
from statistics import median

from tests.bench.row import Row, at_most

__all__ = ["rows"]

ROUNDS = 15
IMPORT = (
    "import pytest, time; t = time.process_time(); import spoolproof._pytest_clauses; print(time.process_time() - t)"
)
"""It imports the plugin's first half."""


async def rows() -> list[Row]:
    """The rows of the table."""
    words = [sys.executable, "-P", "-c", IMPORT]
    times = [float(subprocess.run(words, capture_output=True, text=True, check=True).stdout) for _ in range(ROUNDS)]
    return [
        at_most("pytest plugin, to import", 1000 * median(times), "ms", 30.0),
        at_most("pytest plugin, to import, best of all", 1000 * min(times), "ms", 30.0),
    ]
