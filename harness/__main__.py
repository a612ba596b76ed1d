"""`python -m harness` is `spoolproof`."""

import sys

if not sys.flags.safe_path:
    del sys.path[0]  # the working directory, whose packages are not ours

from harness.cli import main

main()
