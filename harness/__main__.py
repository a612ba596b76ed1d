"""`python -m harness` is `spoolproof`."""

from harness.cli import main

main()
